-- uses: tool_latencies, duplicate_tool_calls
-- merge: key(level, provider, tool)
-- merge: sum(raw_rows, raw_latency_ms, duplicate_groups, rows_in_groups, extra_rows, overcount_ms, multi_session_groups, subagent_groups,
--   subagent_extra_rows, single_trace_key_groups)
-- merge: by level, overcount_ms DESC, extra_rows DESC, provider, tool
-- Rows of tool calls, and how many of them repeat a call that the pool already has: overall, by provider and by tool.
--
-- Grain:   one row for everything (level `all`), one per provider (level `provider`) and one per provider and tool (level
--          `tool`): most overcounted first; ties by extra rows, then provider and tool. Without tool calls only `all`.
-- Columns  level, provider, tool      NULL where added up; `<unknown-provider>`, `<unknown-tool>` when missing
--          raw_rows                   rows of tool calls
--          raw_latency_ms             sum of their effective latencies; a missing one counts as 0
--          duplicate_groups           calls with at least two rows
--          rows_in_groups             rows of those calls
--          extra_rows                 rows beyond the first of each
--          overcount_ms               effective latency of the extra rows
--          multi_session_groups       calls whose rows are in several sessions
--          subagent_groups, subagent_extra_rows
--                                     calls with a row in a sub-agent's file, and their extra rows
--          single_trace_key_groups    calls whose rows have one trace key
WITH calls AS (
  SELECT
    coalesce(provider, '<unknown-provider>') AS provider,
    coalesce(tool_name, '<unknown-tool>') AS tool,
    count(*) AS raw_rows,
    sum(coalesce(effective_ms, 0)) AS raw_latency_ms
  FROM tool_latencies
  GROUP BY ALL
), duplicates AS (
  SELECT
    provider,
    coalesce(tool_name, '<unknown-tool>') AS tool,
    count(*) AS duplicate_groups,
    sum(raw_rows) AS rows_in_groups,
    sum(extra_rows) AS extra_rows,
    sum(overcount_ms) AS overcount_ms,
    count(*) FILTER (session_count > 1) AS multi_session_groups,
    count(*) FILTER (has_subagent_session) AS subagent_groups,
    sum(extra_rows) FILTER (has_subagent_session) AS subagent_extra_rows,
    count(*) FILTER (trace_key_count = 1) AS single_trace_key_groups
  FROM duplicate_tool_calls
  GROUP BY ALL
)
SELECT
  CASE WHEN grouping(provider) = 1 THEN 'all' WHEN grouping(tool) = 1 THEN 'provider' ELSE 'tool' END AS level,
  provider,
  tool,
  coalesce(sum(raw_rows), 0) AS raw_rows,
  coalesce(sum(raw_latency_ms), 0) AS raw_latency_ms,
  coalesce(sum(duplicate_groups), 0) AS duplicate_groups,
  coalesce(sum(rows_in_groups), 0) AS rows_in_groups,
  coalesce(sum(extra_rows), 0) AS extra_rows,
  coalesce(sum(overcount_ms), 0) AS overcount_ms,
  coalesce(sum(multi_session_groups), 0) AS multi_session_groups,
  coalesce(sum(subagent_groups), 0) AS subagent_groups,
  coalesce(sum(subagent_extra_rows), 0) AS subagent_extra_rows,
  coalesce(sum(single_trace_key_groups), 0) AS single_trace_key_groups
FROM calls
LEFT JOIN duplicates USING (provider, tool)
GROUP BY ROLLUP (provider, tool)
ORDER BY level, overcount_ms DESC, extra_rows DESC, provider, tool
