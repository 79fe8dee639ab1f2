-- uses: request_costs
-- Requests for a scatter plot.
--
-- Grain:   one row per request that has a price.
-- Columns: request        unique
--          repair_share   of its cost; 0 for one that costs nothing
SELECT
  session_id || ' ' || request_no AS request,
  provider,
  steps,
  cost_nano / 1e9 AS usd,
  coalesce(repair_nano / nullif(cost_nano, 0), 0) AS repair_share,
  response_us / 1e6 AS e2e_s
FROM request_costs
WHERE cost_nano > 0
