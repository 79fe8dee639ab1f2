-- uses: timing_segments
-- The segments that can be sorted into neighborhoods.
--
-- Grain:  one row per usable segment: its group has a model, and no token count is negative.
-- Inputs: timing_segments
--
--   provider, model, segment_kind, segment_seq     as there
--   cached_tokens, append_tokens, output_tokens    tokens, >= 0; output of the segment
--   duration_ms                                    milliseconds, > 0
SELECT
  provider,
  model,
  segment_kind,
  segment_seq,
  cached_tokens,
  append_tokens,
  segment_output_tokens AS output_tokens,
  duration_ms
FROM timing_segments
WHERE model <> '' AND least(cached_tokens, append_tokens, segment_output_tokens) >= 0
