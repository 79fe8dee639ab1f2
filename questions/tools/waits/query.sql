-- uses: tool_latencies, step_facts
-- Columns: tool
--          calls         with a measured time
--          total_hours
--          p50_s         median
--          p90_s
--          p99_s
--          max_s
SELECT
  coalesce(nullif(trim(tool_name), ''), '<unknown-tool>') AS tool,
  count(*) AS calls,
  sum(effective_ms) / 3.6e6 AS total_hours,
  quantile_cont(effective_ms, 0.5) / 1000 AS p50_s,
  quantile_cont(effective_ms, 0.9) / 1000 AS p90_s,
  quantile_cont(effective_ms, 0.99) / 1000 AS p99_s,
  max(effective_ms) / 1000 AS max_s
FROM tool_latencies
JOIN step_facts USING (round_pk)
WHERE effective_ms > 0 AND tool GLOB $tool
  AND day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY tool
ORDER BY total_hours DESC, tool
LIMIT $top
