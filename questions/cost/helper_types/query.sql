-- uses: lineage, step_facts
-- Columns: helper_type   as logged
--          model
--          helpers       sessions
--          cost_usd      NULL without a price
--          p50_steps     median steps of a helper
--          errors        failed tool calls
WITH typed AS (
  SELECT session_id, min(agent_type) AS agent_type FROM sessions GROUP BY session_id
), mixed AS (
  SELECT session_id, provider, model, count(*) AS steps, sum(cost_nano) AS cost_nano
  FROM step_facts
  SEMI JOIN (FROM lineage WHERE relation = 'sub-agent') USING (session_id)
  GROUP BY session_id, provider, model
), helpers AS (
  SELECT
    session_id,
    any_value(provider ORDER BY provider) AS provider,
    arg_min(model, (-steps, model)) AS model,
    sum(steps) AS steps,
    sum(cost_nano) AS cost_nano
  FROM mixed
  GROUP BY session_id
), failed AS (
  SELECT session_id, count(*) AS errors FROM tool_calls JOIN rounds USING (round_pk) WHERE is_error GROUP BY session_id
)
SELECT
  coalesce(agent_type, '<unknown-type>') AS helper_type,
  model,
  count(*) AS helpers,
  sum(cost_nano) / 1e9 AS cost_usd,
  quantile_cont(steps, 0.5) AS p50_steps,
  coalesce(sum(errors), 0)::BIGINT AS errors
FROM helpers
LEFT JOIN typed USING (session_id)
LEFT JOIN failed USING (session_id)
WHERE provider GLOB $provider AND model GLOB $model
GROUP BY helper_type, model
ORDER BY cost_usd DESC NULLS LAST, helpers DESC, helper_type, model
LIMIT $top
