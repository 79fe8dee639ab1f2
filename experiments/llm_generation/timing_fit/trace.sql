-- uses: timing_segments
-- merge: all by source_line, segment_start_event = 'reasoning', segment_end_event = 'reasoning'
-- Timing segments with everything known of their steps: the rows that the models are fitted to.
--
-- Grain:  one row per segment, in the order of the trace.
-- Inputs: rounds, tool_calls, timing_segments
--
--   source_line                    number of the step in the trace, from 1
--   segment_start_at, segment_end_at    ISO 8601 in UTC
--   duration_ms                    milliseconds
--   *_tokens                       tokens; empty where unknown. cached_tokens / input_tokens_total is the prefix_hit_rate
--   visible_output_tokens          output without reasoning
--   tool_calls_in_round, tool_errors_in_round    calls of the step
WITH tools AS (
  SELECT round_pk, count(*) AS tool_calls, count_if(is_error) AS tool_errors
  FROM tool_calls
  GROUP BY round_pk
), steps AS (
  SELECT
    round_pk,
    "user",
    session_id,
    round_index,
    round_id,
    coalesce(output_tokens, 0) AS output_tokens,
    reasoning_output_tokens AS reasoning_tokens,
    coalesce(tool_calls, 0) AS tool_calls,
    coalesce(tool_errors, 0) AS tool_errors
  FROM rounds
  LEFT JOIN tools USING (round_pk)
)
SELECT
  provider,
  model,
  "user",
  session_id,
  round_index,
  round_id,
  round_pk AS source_line,
  segment_kind,
  start_event AS segment_start_event,
  end_event AS segment_end_event,
  if(start_us % 1000000 = 0, strftime(make_timestamp(start_us), '%Y-%m-%dT%H:%M:%SZ'), strftime(make_timestamp(start_us), '%Y-%m-%dT%H:%M:%S.%fZ'))
    AS segment_start_at,
  if(end_us % 1000000 = 0, strftime(make_timestamp(end_us), '%Y-%m-%dT%H:%M:%SZ'), strftime(make_timestamp(end_us), '%Y-%m-%dT%H:%M:%S.%fZ'))
    AS segment_end_at,
  duration_ms,
  cached_tokens,
  append_tokens,
  input_tokens AS input_tokens_total,
  CASE WHEN input_tokens > 0 THEN cached_tokens / input_tokens END AS prefix_hit_rate,
  output_tokens AS output_tokens_total,
  reasoning_tokens AS reasoning_output_tokens,
  CASE WHEN reasoning_tokens IS NOT NULL THEN greatest(0, output_tokens - reasoning_tokens) END AS visible_output_tokens,
  segment_output_tokens,
  tool_calls AS tool_calls_in_round,
  tool_errors AS tool_errors_in_round
FROM timing_segments
JOIN steps USING (round_pk)
