-- uses: step_facts, request_costs
-- Columns: provider
--          requests
--          with_errors_requests   in which a call failed
--          repair_steps           steps that follow a failed call
--          repair_usd             their cost
--          cost_usd               of all requests
--          repair_share           of the cost
SELECT
  request_costs.provider,
  count(*) AS requests,
  count(*) FILTER (errors > 0) AS with_errors_requests,
  sum(repair_steps)::BIGINT AS repair_steps,
  sum(repair_nano) / 1e9 AS repair_usd,
  sum(request_costs.cost_nano) / 1e9 AS cost_usd,
  repair_usd / nullif(cost_usd, 0) AS repair_share
FROM request_costs
JOIN step_facts ON step_facts.round_pk = opening_round_pk
WHERE day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY request_costs.provider
ORDER BY request_costs.provider
