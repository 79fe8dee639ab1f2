-- uses: requests, step_facts
-- Columns: provider
--          up_to_20_steps   of the request
--          requests
--          p50_s            time to the last output
--          p90_s
SELECT
  step_facts.provider,
  least(steps, 20) AS up_to_20_steps,
  count(*) AS requests,
  quantile_cont(response_us, 0.5) / 1e6 AS p50_s,
  quantile_cont(response_us, 0.9) / 1e6 AS p90_s
FROM requests
JOIN step_facts ON round_pk = opening_round_pk
WHERE response_us > 0
  AND day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY ALL
ORDER BY step_facts.provider, up_to_20_steps
