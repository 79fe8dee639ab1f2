-- uses: lineage, step_facts
-- Columns: session_id
--          provider
--          helpers        below it
--          deepest        1 when no helper started a helper
--          helper_steps   of the helpers
--          helpers_usd    their cost
WITH mixed AS (
  SELECT session_id, provider, model, count(*) AS steps, sum(cost_nano) AS cost_nano FROM step_facts GROUP BY session_id, provider, model
), helpers AS (
  SELECT
    session_id,
    caller_session_id,
    helper_depth,
    any_value(provider ORDER BY provider) AS provider,
    arg_min(model, (-steps, model)) AS model,
    sum(steps) AS steps,
    sum(cost_nano) AS cost_nano
  FROM mixed
  JOIN lineage USING (session_id)
  WHERE relation = 'sub-agent'
  GROUP BY session_id, caller_session_id, helper_depth
)
SELECT
  caller_session_id AS session_id,
  any_value(provider ORDER BY provider) AS provider,
  count(*) AS helpers,
  max(helper_depth) AS deepest,
  sum(steps)::BIGINT AS helper_steps,
  sum(cost_nano) / 1e9 AS helpers_usd
FROM helpers
WHERE provider GLOB $provider AND model GLOB $model
GROUP BY caller_session_id
ORDER BY helpers DESC, session_id
LIMIT $top
