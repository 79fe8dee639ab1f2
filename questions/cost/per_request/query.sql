-- uses: step_facts, request_costs
-- Columns: provider
--          requests   with a step that has a price
--          mean_usd
--          p50_usd
--          p90_usd
--          max_usd
SELECT
  request_costs.provider,
  count(*) AS requests,
  avg(request_costs.cost_nano) / 1e9 AS mean_usd,
  quantile_cont(request_costs.cost_nano, 0.5) / 1e9 AS p50_usd,
  quantile_cont(request_costs.cost_nano, 0.9) / 1e9 AS p90_usd,
  max(request_costs.cost_nano) / 1e9 AS max_usd
FROM request_costs
JOIN step_facts ON step_facts.round_pk = opening_round_pk
WHERE request_costs.unpriced_steps < steps
  AND day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY request_costs.provider
ORDER BY request_costs.provider
