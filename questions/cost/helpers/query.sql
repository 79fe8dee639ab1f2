-- uses: step_facts, lineage
-- Columns: provider
--          helpers            sessions that another session started
--          helper_steps       their agent steps
--          helpers_usd        their cost
--          all_sessions_usd   of all named sessions
--          helpers_share      of the cost
WITH costs AS (
  SELECT
    provider,
    session_id,
    sum(cost_nano) AS cost_nano,
    count(*) AS steps
  FROM step_facts
  WHERE session_id <> '' AND day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
  GROUP BY provider, session_id
)
SELECT
  costs.provider,
  count(helpers.session_id) AS helpers,
  coalesce(sum(costs.steps) FILTER (helpers.session_id IS NOT NULL), 0)::BIGINT AS helper_steps,
  coalesce(sum(costs.cost_nano) FILTER (helpers.session_id IS NOT NULL), 0) / 1e9 AS helpers_usd,
  sum(costs.cost_nano) / 1e9 AS all_sessions_usd,
  helpers_usd / nullif(all_sessions_usd, 0) AS helpers_share
FROM costs
LEFT JOIN (SELECT session_id FROM lineage WHERE relation = 'sub-agent') AS helpers USING (session_id)
GROUP BY costs.provider
ORDER BY costs.provider
