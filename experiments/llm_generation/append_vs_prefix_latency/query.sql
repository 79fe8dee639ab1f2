-- uses: timing_segments
-- Timing segments with what matching needs.
--
-- Grain:  one row per timing segment, in the order of the trace.
-- Inputs: timing_segments
--
--   group_seq          the group, by its first segment: see groups.sql
--   whole_step         whether it runs from an input to the tool call; the parts around a reasoning event don't
--   total_tokens, cached_tokens, append_tokens, output_tokens    tokens; output of the segment
--   duration_ms        milliseconds, > 0
SELECT
  min(segment_seq) OVER (PARTITION BY provider, coalesce(model, ''), segment_kind) AS group_seq,
  start_event IN ('tool_result', 'user_message') AND end_event = 'tool_call' AS whole_step,
  input_tokens AS total_tokens,
  cached_tokens,
  append_tokens,
  segment_output_tokens AS output_tokens,
  duration_ms
FROM timing_segments
ORDER BY segment_seq
