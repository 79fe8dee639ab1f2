-- uses: step_times
-- Spans between the events of a step that models of latency are fitted to: from the last input before the model's last
-- tool call to that call, and for Codex also up to its last reasoning and from there to the call.
--
-- Grain:  one row per span of positive length; none to three per step, only of providers `claude` and `codex`.
-- Inputs: rounds, step_times
-- Steps whose output count is not final have no spans here: models are fitted to the output.
-- An input is a message, whoever wrote it, or a tool result. An event without type or timestamp is left out. Of equally
-- late events the one listed first is the latest.
--
--   segment_seq                    rises by step (`round_pk`), then whole step, input to reasoning, reasoning to call
--   round_pk                       the step
--   provider, model                of the step, as they are there (NULLs too)
--   segment_kind                   <provider>_<start>_to_<end>, with `reasoning_end` for a reasoning event
--   start_event, end_event         event types
--   start_us, end_us               epoch microseconds in UTC
--   duration_ms                    DOUBLE, > 0
--   cached_tokens, append_tokens   prefix and new input, 0 when unknown
--   input_tokens                   the step's whole input; where that is not positive, the sum of the two
--   segment_output_tokens          the part of the output that the span ends with: all, reasoning only, or without reasoning
WITH steps AS (
  SELECT
    round_pk,
    provider,
    model,
    coalesce(prefix_tokens, 0) AS cached_tokens,
    coalesce(newly_append_tokens, 0) AS append_tokens,
    CASE WHEN input_tokens_total > 0 THEN input_tokens_total ELSE cached_tokens + append_tokens END AS input_tokens,
    coalesce(output_tokens, 0) AS output_tokens,
    coalesce(reasoning_output_tokens, 0) AS reasoning_tokens
  FROM rounds
  WHERE provider IN ('claude', 'codex') AND output_is_final
), spans AS (
  SELECT
    round_pk,
    unnest([
      {
        'part': 1,
        'start_event': if(is_result_before_call, 'tool_result', 'user_message'),
        'end_event': 'tool_call',
        'start_us': input_before_call_us,
        'end_us': last_call_us
      },
      {
        'part': 2,
        'start_event': if(is_result_before_reasoning, 'tool_result', 'user_message'),
        'end_event': 'reasoning',
        'start_us': input_before_reasoning_us,
        'end_us': last_reasoning_us
      },
      { 'part': 3, 'start_event': 'reasoning', 'end_event': 'tool_call', 'start_us': last_reasoning_us, 'end_us': last_call_us }
    ], recursive := true)
  FROM step_times
)
SELECT
  4 * round_pk + part AS segment_seq,
  round_pk,
  provider,
  model,
  concat(
    provider,
    CASE start_event WHEN 'reasoning' THEN '_reasoning_end' ELSE '_' || start_event END,
    CASE end_event WHEN 'reasoning' THEN '_to_reasoning_end' ELSE '_to_' || end_event END
  ) AS segment_kind,
  start_event,
  end_event,
  start_us,
  end_us,
  (end_us - start_us) / 1e3 AS duration_ms,
  cached_tokens,
  append_tokens,
  input_tokens,
  CASE part
    WHEN 1 THEN output_tokens
    WHEN 2 THEN greatest(0, reasoning_tokens)
    ELSE greatest(0, output_tokens - reasoning_tokens)
  END AS segment_output_tokens
FROM spans
JOIN steps USING (round_pk)
WHERE end_us > start_us -- false also where an event of the span is missing
  AND (part = 1 OR provider = 'codex')
