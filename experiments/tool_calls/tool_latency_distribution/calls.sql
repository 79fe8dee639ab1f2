-- uses: tool_latencies
-- Every call for curves and boxes, in file order.
--
-- Columns: provider        '<unknown-provider>' when missing
--          tool            as in figures: '<unknown-tool>' when missing or blank, all tools of MCP servers as `mcp`
--          effective_ms    NULL or not positive: counts as a call only
SELECT
  coalesce(provider, '<unknown-provider>') AS provider,
  CASE
    WHEN starts_with(trim(tool_name), 'mcp_') THEN 'mcp'
    ELSE coalesce(nullif(trim(tool_name), ''), '<unknown-tool>')
  END AS tool,
  effective_ms::DOUBLE AS effective_ms
FROM tool_latencies
ORDER BY round_pk, tool_index
