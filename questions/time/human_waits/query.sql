-- uses: human_waits, step_facts
-- Columns: provider
--          messages      that follow another event
--          total_hours
--          p50_s
--          p90_s
--          p99_s
SELECT
  step_facts.provider,
  count(*) AS messages,
  sum(wait_us) / 3.6e9 AS total_hours,
  quantile_cont(wait_us, 0.5) / 1e6 AS p50_s,
  quantile_cont(wait_us, 0.9) / 1e6 AS p90_s,
  quantile_cont(wait_us, 0.99) / 1e6 AS p99_s
FROM human_waits
JOIN step_facts USING (round_pk)
WHERE step_facts.session_id <> ''
  AND day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY step_facts.provider
ORDER BY step_facts.provider
