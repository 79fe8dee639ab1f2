-- uses: tool_latencies
-- Every positive latency, by tool.
--
-- Parameters: $names        JSON list of {"provider", "tool", "shown"}
-- Columns:    provider      '<unknown-provider>' when missing
--             tool          trimmed of spaces; '<unknown-tool>' when missing or blank
--             shown         name in $names; NULL for a tool that is not in it
--             session_id
--             latency_ms    > 0
WITH names AS (
  SELECT unnest(from_json($names, '[{"provider":"VARCHAR","tool":"VARCHAR","shown":"VARCHAR"}]'), recursive := true)
), calls AS (
  SELECT
    coalesce(provider, '<unknown-provider>') AS provider,
    coalesce(nullif(trim(tool_name), ''), '<unknown-tool>') AS tool,
    session_id,
    effective_ms AS latency_ms
  FROM tool_latencies
  WHERE effective_ms > 0
)
SELECT provider, tool, shown, session_id, latency_ms
FROM calls
LEFT JOIN names USING (provider, tool)
