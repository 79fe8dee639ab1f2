-- uses: timing_segments
-- The input of the models for each segment: three token counts and the time it took.
--
-- Grain:  one row per segment that can be fitted.
-- Inputs: timing_segments
--
--   group_key                                              as in groups.sql
--   segment_seq                                            as there
--   cached_tokens, append_tokens, segment_output_tokens    tokens, >= 0
--   duration_ms                                            milliseconds, > 0
SELECT
  concat_ws('::', provider, coalesce(nullif(model, ''), 'unknown_model'), segment_kind) AS group_key,
  segment_seq,
  cached_tokens,
  append_tokens,
  segment_output_tokens,
  duration_ms
FROM timing_segments
WHERE least(cached_tokens, append_tokens, segment_output_tokens) >= 0 -- negative counts are errors of the trace
