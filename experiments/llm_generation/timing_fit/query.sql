-- uses: timing_segments
-- The input of the models for each segment: three token counts and the time it took.
--
-- Grain:  one row per segment that can be fitted.
-- Inputs: timing_segments
--
--   group_key, segment_seq                                 as there
--   cached_tokens, append_tokens, segment_output_tokens    tokens, >= 0
--   duration_ms                                            milliseconds, > 0
SELECT group_key, segment_seq, cached_tokens, append_tokens, segment_output_tokens, duration_ms
FROM timing_segments
WHERE least(cached_tokens, append_tokens, segment_output_tokens) >= 0 -- negative counts are errors of the trace
