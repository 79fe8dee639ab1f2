-- uses: helpers
-- Columns: helper_type   as logged
--          model
--          helpers       sessions
--          cost_usd      NULL without a price
--          p50_steps     median steps of a helper
--          errors        failed tool calls
SELECT
  coalesce(agent_type, '<unknown-type>') AS helper_type,
  model,
  count(*) AS helpers,
  sum(cost_nano) / 1e9 AS cost_usd,
  quantile_cont(steps, 0.5) AS p50_steps,
  sum(errors)::BIGINT AS errors
FROM helpers
WHERE provider GLOB $provider AND model GLOB $model
GROUP BY helper_type, model
ORDER BY cost_usd DESC NULLS LAST, helpers DESC, helper_type, model
LIMIT $top
