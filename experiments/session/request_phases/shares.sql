-- uses: request_costs
-- Requests with what shares and quantiles are made of.
--
-- Grain:   one row per request.
-- Columns: usd, touched_usd, repair_usd   cost, cost if a call failed, and that of error windows
--          cost_usd, steps, e2e_s         as in requests.sql
--          edited, one_shot               1 or 0
SELECT
  session_id,
  provider,
  model,
  steps,
  response_us / 1e6 AS e2e_s,
  if(unpriced_steps < steps, cost_nano / 1e9, NULL) AS cost_usd,
  cost_nano / 1e9 AS usd,
  if(errors > 0, cost_nano, 0) / 1e9 AS touched_usd,
  repair_nano / 1e9 AS repair_usd,
  has_edit::INTEGER AS edited,
  (has_edit AND rework_loops = 0)::INTEGER AS one_shot
FROM request_costs
