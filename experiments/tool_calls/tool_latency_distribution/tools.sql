-- uses: tool_latencies
-- Latency of each tool of a provider, as the figure shows it.
--
-- Params:  min_calls           tools with fewer calls are rare, unless a provider has no others
--          least               fewer positive latencies than this are listed
-- Grain:   one row per provider and tool, and one for the rare tools of a provider together; most calls first, then that one.
-- Columns: provider            '<unknown-provider>' when missing
--          tool                NULL for the rare ones together; '<unknown-tool>' when missing or blank; tools of an MCP server
--                              are one, `mcp: server`
--          is_rare             whether it is rare
--          calls, zero, measured
--                              all calls; those with an effective latency of zero or less, and of more, which the rest is about
--          total_ms            NULL without any, like the quantiles
--          p5, q1, median, q3, p95
--                              in ms, linear between neighbors
--          few                 ascending latencies in ms when there are fewer than `least`, otherwise none
WITH calls AS (
  SELECT
    coalesce(provider, '<unknown-provider>') AS provider,
    CASE
      WHEN starts_with(trim(tool_name), 'mcp_') THEN concat_ws(': ', 'mcp', nullif(split_part(trim(tool_name), '__', 2), ''))
      ELSE coalesce(nullif(trim(tool_name), ''), '<unknown-tool>')
    END AS tool,
    effective_ms,
    CASE WHEN effective_ms > 0 THEN effective_ms END AS positive_ms
  FROM tool_latencies
), sized AS (
  SELECT *, count(*) OVER (PARTITION BY provider, tool) AS tool_calls
  FROM calls
), divided AS (
  SELECT
    provider,
    tool_calls < $min_calls AND max(tool_calls) OVER (PARTITION BY provider) >= $min_calls AS is_rare,
    tool,
    effective_ms,
    positive_ms
  FROM sized
)
SELECT
  provider,
  tool,
  is_rare,
  count(*) AS calls,
  count(*) FILTER (effective_ms <= 0) AS zero,
  count(positive_ms) AS measured,
  sum(positive_ms)::DOUBLE AS total_ms,
  quantile_cont(positive_ms, 0.05)::DOUBLE AS p5,
  quantile_cont(positive_ms, 0.25)::DOUBLE AS q1,
  quantile_cont(positive_ms, 0.50)::DOUBLE AS median,
  quantile_cont(positive_ms, 0.75)::DOUBLE AS q3,
  quantile_cont(positive_ms, 0.95)::DOUBLE AS p95,
  CASE WHEN measured < $least THEN coalesce(list(positive_ms::DOUBLE ORDER BY positive_ms) FILTER (positive_ms IS NOT NULL), []) ELSE [] END AS few
FROM divided
GROUP BY GROUPING SETS ((provider, is_rare, tool), (provider, is_rare))
HAVING is_rare OR tool IS NOT NULL
ORDER BY provider, calls DESC, is_rare, tool
