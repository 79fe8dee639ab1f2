-- uses: duplicate_tool_calls
-- merge: top $top_groups by overcount_latency_ms DESC, extra_rows DESC, first_round_pk, first_tool_index
-- The most overcounted calls: by overcounted latency, then by extra rows; ties in file order.
--
-- Grain:   one row per call with at least two rows; the first $top_groups.
-- Columns  as in the relation; times in ISO 8601 (UTC, milliseconds), latencies also in hours
SELECT
  provider,
  base_session_id,
  round_id,
  tool_call_id,
  tool_name,
  strftime(emitted_at, '%Y-%m-%dT%H:%M:%S.%gZ') AS emitted_at,
  strftime(result_at, '%Y-%m-%dT%H:%M:%S.%gZ') AS result_at,
  input_chars,
  result_chars,
  latency_source,
  latency_ms,
  latency_ms / 3.6e6 AS latency_hours,
  raw_rows,
  extra_rows,
  overcount_ms AS overcount_latency_ms,
  overcount_ms / 3.6e6 AS overcount_latency_hours,
  session_count,
  trace_key_count,
  has_subagent_session,
  sample_sessions,
  sample_trace_keys,
  sample_line_numbers,
  first_round_pk,
  first_tool_index
FROM duplicate_tool_calls
ORDER BY overcount_ms DESC, duplicate_tool_calls.extra_rows DESC, first_round_pk, first_tool_index
LIMIT $top_groups
