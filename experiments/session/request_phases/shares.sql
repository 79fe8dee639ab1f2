-- uses: request_costs
-- Requests with what shares are made of.
--
-- Grain:   one row per request.
-- Columns: usd, touched_usd, repair_usd   cost, cost if a call failed, and that of error windows
--          tokens, touched_tokens, repair_tokens
--          edited, one_shot               1 or 0
SELECT
  session_id,
  provider,
  model,
  cost_nano / 1e9 AS usd,
  if(errors > 0, cost_nano, 0) / 1e9 AS touched_usd,
  repair_nano / 1e9 AS repair_usd,
  has_edit::INTEGER AS edited,
  (has_edit AND rework_loops = 0)::INTEGER AS one_shot
FROM request_costs
