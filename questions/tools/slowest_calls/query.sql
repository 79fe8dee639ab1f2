-- uses: tool_latencies, step_facts
-- Columns: session_id
--          tool
--          day
--          took_s
--          failed
SELECT
  step_facts.session_id,
  coalesce(nullif(trim(tool_name), ''), '<unknown-tool>') AS tool,
  day,
  effective_ms / 1000 AS took_s,
  is_error AS failed
FROM tool_latencies
JOIN step_facts USING (round_pk)
WHERE effective_ms > 0 AND tool GLOB $tool
  AND day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
ORDER BY effective_ms DESC, round_pk, tool_index
LIMIT $top
