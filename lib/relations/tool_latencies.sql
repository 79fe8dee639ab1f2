-- How long each tool call took: the duration that the tool itself reported, else the time between call and result.
--
-- Grain:  one row per row of `tool_calls` whose step exists.
-- Inputs: rounds, tool_calls
--
--   round_pk, tool_index   the call
--   session_id, provider   of its step, as they are
--   tool_name              as logged; NULL when missing
--   tool_call_id, emitted_at, result_at, is_error, input_chars, result_chars
--                          as logged
--   wall_ms, internal_ms   time between call and result; duration reported by the tool
--   effective_ms           internal_ms when it is known (even 0 or less, which experiments then leave out), else wall_ms
SELECT
  round_pk,
  tool_index,
  session_id,
  provider,
  tool_name,
  tool_call_id,
  emitted_at,
  result_at,
  is_error,
  input_chars,
  result_chars,
  tool_wall_latency_ms AS wall_ms,
  tool_internal_latency_ms AS internal_ms,
  coalesce(tool_internal_latency_ms, tool_wall_latency_ms) AS effective_ms
FROM tool_calls
JOIN rounds USING (round_pk)
