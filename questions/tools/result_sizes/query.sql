-- uses: step_facts
-- Columns: tool
--          calls         with a logged size
--          total_chars
--          p50_chars
--          p95_chars
--          max_chars
SELECT
  coalesce(nullif(trim(tool_name), ''), '<unknown-tool>') AS tool,
  count(*) AS calls,
  sum(result_chars)::BIGINT AS total_chars,
  quantile_cont(result_chars, 0.5) AS p50_chars,
  quantile_cont(result_chars, 0.95) AS p95_chars,
  max(result_chars) AS max_chars
FROM tool_calls
JOIN step_facts USING (round_pk)
WHERE result_chars >= 0 AND tool GLOB $tool
  AND day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY tool
ORDER BY total_chars DESC, tool
LIMIT $top
