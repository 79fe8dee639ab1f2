-- uses: step_times
-- Spans of an agent step that its events show, for the headline numbers of a pool. Every time is cut to milliseconds before
-- it is compared: published totals are made that way, and an input and an output within one millisecond count as in order.
-- Input events are `user_message`, `tool_result` and `client_message`; output events are `reasoning`, `text` and `tool_call`.
-- Not the spans of `step_times` (microseconds), nor those behind llm_generation/context_decode_speed_scatter, which know
-- no visible output for a step without a reasoning event.
--
-- Grain:  one row per row of `rounds` (`round_pk`, unique); a step without events has NULL spans and false flags.
-- Inputs: rounds, step_times
--
--   round_pk                    the step
--   provider                    as it is
--   output_tokens               reasoning included; missing counts as 0, and NULL when the count is not final, as are the next two
--   reasoning_tokens            missing counts as 0
--   visible_tokens              output_tokens - reasoning_tokens, at least 0
--   generation_ms               latest output - latest input at or before the earliest output
--   input_to_reasoning_ms       latest reasoning - latest input at or before it
--   visible_ms                  latest text or tool call - latest reasoning; without a reasoning event, or with nothing after
--                               it, latest - earliest text or tool call
--   has_reasoning_event         some event is `reasoning`, with or without a timestamp
--   has_timed_user_message      some user message has a timestamp
--
-- Spans that are not positive are NULL.
WITH spans AS (
  SELECT
    round_pk,
    last_output_us // 1000 - input_before_output_ms AS generation_ms,
    last_reasoning_us // 1000 - input_before_reasoning_ms AS input_to_reasoning_ms,
    last_visible_us // 1000 AS last_visible_ms,
    last_reasoning_us // 1000 AS last_reasoning_ms,
    last_visible_ms - CASE WHEN last_visible_ms >= last_reasoning_ms THEN last_reasoning_ms ELSE first_visible_us // 1000 END AS visible_ms,
    has_reasoning_event,
    first_user_message_us IS NOT NULL AS has_timed_user_message
  FROM step_times
)
SELECT
  round_pk,
  provider,
  CASE WHEN output_is_final THEN coalesce(output_tokens, 0) END AS output_tokens,
  CASE WHEN output_is_final THEN coalesce(reasoning_output_tokens, 0) END AS reasoning_tokens,
  CASE WHEN output_is_final THEN greatest(coalesce(output_tokens, 0) - coalesce(reasoning_output_tokens, 0), 0) END AS visible_tokens,
  CASE WHEN generation_ms > 0 THEN generation_ms END AS generation_ms,
  CASE WHEN input_to_reasoning_ms > 0 THEN input_to_reasoning_ms END AS input_to_reasoning_ms,
  CASE WHEN visible_ms > 0 THEN visible_ms END AS visible_ms,
  has_reasoning_event,
  has_timed_user_message
FROM rounds
JOIN spans USING (round_pk)
