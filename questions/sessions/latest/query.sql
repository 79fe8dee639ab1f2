-- uses: step_facts
-- Columns: session_id
--          provider
--          project
--          began             first step, UTC
--          last_step_began   UTC
--          steps
--          cost_usd
SELECT
  session_id,
  provider,
  any_value(project ORDER BY project) AS project,
  strftime(make_timestamp(min(first_us)), '%Y-%m-%d %H:%M') AS began,
  strftime(make_timestamp(max(first_us)), '%Y-%m-%d %H:%M') AS last_step_began,
  count(*) AS steps,
  sum(cost_nano) / 1e9 AS cost_usd
FROM step_facts
WHERE session_id <> '' AND first_us IS NOT NULL
  AND day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY session_id, provider
ORDER BY max(first_us) DESC, session_id
LIMIT $top
