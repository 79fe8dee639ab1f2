-- uses: codex_call_gaps, tool_latencies
-- merge: top $limit by gap_ms DESC, round_pk, tool_index
-- The calls with the largest gaps.
--
-- Grain:      one row per call, largest gap first, ties in file order.
-- Parameters: $limit
-- Columns:    durations in ms; times as `YYYY-MM-DD HH:MM:SS[.fff]` in UTC
WITH largest AS (
  FROM codex_call_gaps
  WHERE both_timed
  ORDER BY gap_ms DESC, round_pk, tool_index
  LIMIT $limit
)
SELECT
  largest.tool_name,
  round_pk,
  tool_index,
  tool_call_id,
  emitted_at::VARCHAR AS emitted_at,
  result_at::VARCHAR AS result_at,
  largest.wall_ms,
  largest.internal_ms,
  gap_ms,
  input_chars,
  result_chars,
  is_error,
  model,
  rounds.session_id,
  round_index,
  trace_key
FROM largest
JOIN tool_latencies USING (round_pk, tool_index)
JOIN rounds USING (round_pk)
ORDER BY gap_ms DESC, round_pk, tool_index
