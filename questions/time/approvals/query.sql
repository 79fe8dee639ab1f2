-- uses: busy, step_facts
-- Columns: tool
--          waiting_calls   calls that waited for a person
--          total_hours
--          p50_s
--          p90_s
SELECT
  tool,
  count(*) AS waiting_calls,
  sum(to_us - from_us) / 3.6e9 AS total_hours,
  quantile_cont(to_us - from_us, 0.5) / 1e6 AS p50_s,
  quantile_cont(to_us - from_us, 0.9) / 1e6 AS p90_s
FROM busy
JOIN step_facts USING (round_pk)
WHERE kind = 'human' AND tool GLOB $tool
  AND day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY tool
ORDER BY total_hours DESC, tool
LIMIT $top
