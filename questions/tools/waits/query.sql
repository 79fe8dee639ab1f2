-- uses: step_facts, tool_latencies
-- Columns: tool      Name as logged
--          calls     Calls with a measured time
--          total_hours
--          median_s
--          p95_s
--          p99_s
SELECT
  coalesce(tool_name, '<unknown-tool>') AS tool,
  count(*) AS calls,
  sum(effective_ms) / 3.6e6 AS total_hours,
  quantile_cont(effective_ms, 0.5) / 1000 AS median_s,
  quantile_cont(effective_ms, 0.95) / 1000 AS p95_s,
  quantile_cont(effective_ms, 0.99) / 1000 AS p99_s
FROM tool_latencies
JOIN step_facts USING (round_pk)
WHERE effective_ms >= 0 AND day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND model GLOB $model
  AND project GLOB $project AND tool GLOB $tool
GROUP BY tool
ORDER BY total_hours DESC, tool
LIMIT $top
