-- uses: step_facts
-- Columns: session_id
--          provider
--          largest_context_tokens
--          steps
--          cost_usd
SELECT
  session_id,
  provider,
  max(context_tokens) AS largest_context_tokens,
  count(*) AS steps,
  sum(cost_nano) / 1e9 AS cost_usd
FROM step_facts
WHERE session_id <> '' AND day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY session_id, provider
ORDER BY largest_context_tokens DESC, session_id
LIMIT $top
