-- uses: tool_latencies, step_facts
-- Columns: server
--          tools          different tools that were called
--          calls
--          errors
--          total_hours    of calls with a measured time
--          result_chars   of all results
SELECT
  split_part(tool_name, '__', 2) AS server,
  count(DISTINCT tool_name) AS tools,
  count(*) AS calls,
  count(*) FILTER (is_error) AS errors,
  coalesce(sum(effective_ms) FILTER (effective_ms > 0), 0) / 3.6e6 AS total_hours,
  coalesce(sum(result_chars), 0)::BIGINT AS result_chars
FROM tool_latencies
JOIN step_facts USING (round_pk)
WHERE starts_with(tool_name, 'mcp_') AND tool_name GLOB $tool
  AND day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY server
ORDER BY calls DESC, server
LIMIT $top
