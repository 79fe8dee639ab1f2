-- uses: tool_latencies
-- How varied tool calls are, and what the long ones weigh.
--
-- Grain:   one row.
-- Parameters: long_ms   a call of this many milliseconds or more is long
-- Columns: distinct_tools            tool names as they are logged
--          timed_calls, long_calls   calls with a positive latency, and those of them that are long
--          timed_ms, long_ms         sums of their latencies
--          claude_calls, codex_calls           calls of the provider's steps
--          claude_top_calls, codex_top_calls   calls of its three most used tools
WITH tool_counts AS (
  SELECT provider, tool_name, count(*) AS calls
  FROM tool_latencies
  WHERE tool_name IS NOT NULL
  GROUP BY provider, tool_name
), top AS (
  SELECT
    coalesce(list_sum(max(calls, 3) FILTER (provider = 'claude')), 0)::BIGINT AS claude_top_calls,
    coalesce(list_sum(max(calls, 3) FILTER (provider = 'codex')), 0)::BIGINT AS codex_top_calls
  FROM tool_counts
), totals AS (
  SELECT
    count(DISTINCT tool_name) AS distinct_tools,
    count(*) FILTER (effective_ms > 0) AS timed_calls,
    count(*) FILTER (effective_ms > 0 AND effective_ms >= $long_ms) AS long_calls,
    coalesce(sum(effective_ms) FILTER (effective_ms > 0), 0)::BIGINT AS timed_ms,
    coalesce(sum(effective_ms) FILTER (effective_ms > 0 AND effective_ms >= $long_ms), 0)::BIGINT AS long_ms,
    count(*) FILTER (provider = 'claude') AS claude_calls,
    count(*) FILTER (provider = 'codex') AS codex_calls
  FROM tool_latencies
)
SELECT *
FROM totals, top
