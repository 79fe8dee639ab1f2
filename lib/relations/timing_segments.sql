-- Spans between the events of a step that models of latency are fitted to: from the last input before the model's last
-- tool call to that call, and for Codex also up to its last reasoning and from there to the call.
--
-- Grain:  one row per span of positive length; none to three per step, only of providers `claude` and `codex`.
-- Inputs: rounds, timing_events, tool_calls
-- An event without type or timestamp is left out. Of equally late events the one listed first is the latest.
--
--   segment_seq                    1, 2, 3 …: by step (`round_pk`), then whole step, input to reasoning, reasoning to call
--   round_pk                       the step
--   provider, model, user, session_id, round_index, round_id    of the step, as they are there (NULLs too)
--   segment_kind                   <provider>_<start>_to_<end>, with `reasoning_end` for a reasoning event
--   group_key                      provider::model::segment_kind, with unknown_model for a missing or empty model
--   start_event, end_event         event types
--   start_us, end_us               epoch microseconds in UTC
--   duration_ms                    DOUBLE, > 0
--   cached_tokens, append_tokens   prefix and new input, 0 when unknown
--   input_tokens                   the step's whole input; where that is not positive, the sum of the two
--   output_tokens                  of the step, reasoning included, 0 when unknown
--   reasoning_tokens               NULL when unknown
--   segment_output_tokens          the part of the output that the span ends with: all, reasoning only, or without reasoning
--   tool_calls, tool_errors        calls of the step, and those known to have failed
WITH steps AS (
  SELECT
    round_pk,
    provider,
    model,
    "user",
    session_id,
    round_index,
    round_id,
    coalesce(prefix_tokens, 0) AS cached_tokens,
    coalesce(newly_append_tokens, 0) AS append_tokens,
    CASE WHEN input_tokens_total > 0 THEN input_tokens_total ELSE cached_tokens + append_tokens END AS input_tokens,
    coalesce(output_tokens, 0) AS output_tokens,
    reasoning_output_tokens AS reasoning_tokens
  FROM rounds
  WHERE provider IN ('claude', 'codex')
), events AS (
  SELECT round_pk, event_index, event_type, epoch_us(timestamp) AS us
  FROM timing_events
  SEMI JOIN steps USING (round_pk)
  WHERE event_type IN ('user_message', 'tool_result', 'tool_call', 'reasoning') AND timestamp IS NOT NULL
), ends AS (
  SELECT
    round_pk,
    max(us) FILTER (event_type = 'tool_call') AS call_us,
    max(us) FILTER (event_type = 'reasoning') AS reasoning_us
  FROM events
  GROUP BY round_pk
), inputs AS (
  SELECT
    round_pk,
    arg_max({ 'type': event_type, 'us': us }, (us, -event_index)) FILTER (us <= call_us) AS before_call,
    arg_max({ 'type': event_type, 'us': us }, (us, -event_index)) FILTER (us <= reasoning_us) AS before_reasoning
  FROM events
  JOIN ends USING (round_pk)
  WHERE event_type IN ('user_message', 'tool_result')
  GROUP BY round_pk
), spans AS (
  SELECT
    round_pk, 1 AS part, before_call.type AS start_event, 'tool_call' AS end_event, before_call.us AS start_us, call_us AS end_us,
    output_tokens AS segment_output_tokens
  FROM steps JOIN ends USING (round_pk) JOIN inputs USING (round_pk)
  UNION ALL
  SELECT
    round_pk, 2, before_reasoning.type, 'reasoning', before_reasoning.us, reasoning_us,
    greatest(0, coalesce(reasoning_tokens, 0))
  FROM steps JOIN ends USING (round_pk) JOIN inputs USING (round_pk)
  WHERE provider = 'codex'
  UNION ALL
  SELECT
    round_pk, 3, 'reasoning', 'tool_call', reasoning_us, call_us,
    greatest(0, output_tokens - coalesce(reasoning_tokens, 0))
  FROM steps JOIN ends USING (round_pk)
  WHERE provider = 'codex'
), numbered AS ( -- before the wide columns are there: the window holds all rows at once
  SELECT *, row_number() OVER (ORDER BY round_pk, part) AS segment_seq
  FROM spans
  WHERE end_us > start_us -- false also where an event of the span is missing
), tools AS (
  SELECT round_pk, count(*) AS tool_calls, count_if(is_error) AS tool_errors
  FROM tool_calls
  GROUP BY round_pk
)
SELECT
  segment_seq,
  round_pk,
  provider,
  model,
  "user",
  session_id,
  round_index,
  round_id,
  concat(
    provider,
    CASE start_event WHEN 'reasoning' THEN '_reasoning_end' ELSE '_' || start_event END,
    CASE end_event WHEN 'reasoning' THEN '_to_reasoning_end' ELSE '_to_' || end_event END
  ) AS segment_kind,
  concat_ws('::', provider, coalesce(nullif(model, ''), 'unknown_model'), segment_kind) AS group_key,
  start_event,
  end_event,
  start_us,
  end_us,
  (end_us - start_us) / 1e3 AS duration_ms,
  cached_tokens,
  append_tokens,
  input_tokens,
  output_tokens,
  reasoning_tokens,
  segment_output_tokens,
  coalesce(tool_calls, 0) AS tool_calls,
  coalesce(tool_errors, 0) AS tool_errors
FROM numbered
JOIN steps USING (round_pk)
LEFT JOIN tools USING (round_pk)
ORDER BY segment_seq
