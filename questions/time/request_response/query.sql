-- uses: requests, step_facts
-- Columns: provider
--          requests
--          mean_s
--          p50_s
--          p90_s
--          p99_s
--          max_s
SELECT
  step_facts.provider,
  count(*) AS requests,
  avg(response_us) / 1e6 AS mean_s,
  quantile_cont(response_us, 0.5) / 1e6 AS p50_s,
  quantile_cont(response_us, 0.9) / 1e6 AS p90_s,
  quantile_cont(response_us, 0.99) / 1e6 AS p99_s,
  max(response_us) / 1e6 AS max_s
FROM requests
JOIN step_facts ON round_pk = opening_round_pk
WHERE response_us > 0
  AND day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY step_facts.provider
ORDER BY step_facts.provider
