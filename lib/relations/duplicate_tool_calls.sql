-- uses: tool_latencies
-- Tool calls that the pool holds more than once: the same call of the same session, its sub-agents included, with the same
-- times, sizes and latency.
--
-- Grain:  one row per such call, whose rows are at least two. Missing values count as equal.
-- Inputs: rounds, sessions, tool_latencies
--
--   provider                 `<unknown-provider>` when missing
--   base_session_id          the session; for a sub-agent of Claude the one that started it: named in `sessions`, else what
--                            stands before `/subagents/`
--   round_id, tool_call_id, tool_name, emitted_at, result_at, input_chars, result_chars
--                            as logged, the same for all rows of the call
--   latency_source           `internal` (reported by the tool), `wall_fallback` (result minus call) or `missing`
--   latency_ms               effective latency of one row; 0 when it is missing
--   raw_rows, extra_rows     rows of the call, and those beyond the first
--   overcount_ms             latency_ms of the extra rows
--   session_count, trace_key_count
--                            different sessions and trace keys of the rows
--   has_subagent_session     some row is in a sub-agent's file
--   first_round_pk, first_tool_index
--                            the first row in file order
--   sample_sessions, sample_trace_keys, sample_line_numbers
--                            the first eight: by name, by name, in file order; a line is the position of a step in the pool
WITH subagents AS (
  SELECT session_id, min(parent_session_id) AS parent_session_id
  FROM sessions
  WHERE provider = 'claude' AND relation = 'sub-agent' AND parent_session_id IS NOT NULL
  GROUP BY session_id
), calls AS (
  SELECT
    coalesce(provider, '<unknown-provider>') AS provider,
    CASE provider
      WHEN 'claude' THEN split_part(coalesce(parent_session_id, session_id), '/subagents/', 1)
      ELSE session_id
    END AS base_session_id,
    round_id,
    tool_call_id,
    tool_name,
    emitted_at,
    result_at,
    input_chars,
    result_chars,
    coalesce(effective_ms, 0) AS latency_ms,
    CASE WHEN internal_ms IS NOT NULL THEN 'internal' WHEN wall_ms IS NOT NULL THEN 'wall_fallback' ELSE 'missing' END AS latency_source,
    session_id,
    trace_key,
    provider = 'claude' AND (parent_session_id IS NOT NULL OR contains(session_id, '/subagents/')) AS is_subagent,
    round_pk,
    tool_index
  FROM tool_latencies
  JOIN (SELECT round_pk, round_id, trace_key FROM rounds) USING (round_pk)
  LEFT JOIN subagents USING (session_id)
), keyed AS (
  SELECT *, hash(provider, base_session_id, round_id, tool_call_id, tool_name, emitted_at, result_at) AS likely_key FROM calls
), candidates AS ( -- few, so that the exact comparison below is cheap
  SELECT * FROM keyed WHERE likely_key IN (SELECT likely_key FROM keyed GROUP BY likely_key HAVING count(*) > 1)
)
SELECT
  provider,
  base_session_id,
  round_id,
  tool_call_id,
  tool_name,
  emitted_at,
  result_at,
  input_chars,
  result_chars,
  latency_source,
  latency_ms,
  count(*) AS raw_rows,
  count(*) - 1 AS extra_rows,
  latency_ms * (count(*) - 1) AS overcount_ms,
  count(DISTINCT session_id) AS session_count,
  count(DISTINCT trace_key) AS trace_key_count,
  coalesce(bool_or(is_subagent), false) AS has_subagent_session,
  min(round_pk) AS first_round_pk,
  arg_min(tool_index, struct_pack(round_pk, tool_index)) AS first_tool_index,
  array_to_string(list_sort(list(DISTINCT session_id))[1:8], ';') AS sample_sessions,
  array_to_string(list_sort(list(DISTINCT trace_key))[1:8], ';') AS sample_trace_keys,
  array_to_string(list_sort(list(round_pk))[1:8], ';') AS sample_line_numbers
FROM candidates
GROUP BY
  provider, base_session_id, round_id, tool_call_id, tool_name, emitted_at, result_at, input_chars, result_chars, latency_source, latency_ms
HAVING count(*) > 1
