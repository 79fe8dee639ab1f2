-- uses: codex_call_gaps
-- merge: top $limit by gap_ms DESC, round_pk, tool_index
-- The calls with the largest gaps.
--
-- Grain:      one row per call, largest gap first, ties in file order.
-- Parameters: $limit
-- Columns:    durations in ms; times as `YYYY-MM-DD HH:MM:SS[.fff]` in UTC
SELECT
  tool_name,
  round_pk,
  tool_index,
  tool_call_id,
  emitted_at::VARCHAR AS emitted_at,
  result_at::VARCHAR AS result_at,
  wall_ms,
  internal_ms,
  gap_ms,
  input_chars,
  result_chars,
  is_error,
  model,
  session_id,
  round_index,
  trace_key
FROM codex_call_gaps
JOIN rounds USING (round_pk)
WHERE both_timed
ORDER BY gap_ms DESC, round_pk, tool_index
LIMIT $limit
