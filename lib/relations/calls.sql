-- uses: tool_latencies, steps
-- Tool calls in the order of their sessions, and the step that logged the result of each.
--
-- Grain:  one row per tool call of a step of a named session (`round_pk, tool_index`, unique).
-- Inputs: timing_events, tool_latencies, steps
-- Unlike in `step_idle`, where an id is that of its latest call, the first result of an id in a session is that of all calls with it.
--
--   round_pk, tool_index         the call
--   session_id, session_pk, provider, model, step, request_no, next_round_pk
--                                of its step, as in `steps`
--   call_no                      1, 2, … within the session
--   is_error, input_chars, result_chars
--                                as logged
--   tool                         its trimmed name; '<unknown-tool>' when missing
--   emitted_us, result_us        epoch microseconds, as the call says
--   wall_ms, internal_ms, effective_ms
--                                of `tool_latencies`
--   result_round_pk              the step whose events have the result, the call's own or a later one where ids don't repeat; NULL for none
WITH results AS (
  SELECT session_pk, tool_call_id, min(round_pk) AS result_round_pk
  FROM timing_events
  JOIN steps USING (round_pk)
  WHERE event_type = 'tool_result' AND tool_call_id <> ''
  GROUP BY ALL
)
SELECT
  call.round_pk,
  call.tool_index,
  steps.session_id,
  steps.session_pk,
  steps.provider,
  model,
  step,
  request_no,
  next_round_pk,
  row_number() OVER (PARTITION BY steps.session_pk ORDER BY call.round_pk, call.tool_index) AS call_no,
  coalesce(nullif(trim(tool_name), ''), '<unknown-tool>') AS tool,
  is_error,
  input_chars,
  result_chars,
  epoch_us(emitted_at) AS emitted_us,
  epoch_us(result_at) AS result_us,
  wall_ms,
  internal_ms,
  effective_ms,
  result_round_pk
FROM tool_latencies AS call
JOIN steps USING (round_pk)
LEFT JOIN results ON results.session_pk = steps.session_pk AND results.tool_call_id = call.tool_call_id
