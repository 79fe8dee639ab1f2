-- uses: timing_segments
-- The input of the models for each segment: three token counts and the time it took.
--
-- Grain:  one row per segment that can be fitted, group by group (by key, in the order of code points), in the order of the trace.
-- Inputs: timing_segments
--
--   cached_tokens, append_tokens, segment_output_tokens    tokens, >= 0
--   duration_ms                                            milliseconds, > 0
WITH groups AS ( -- numbers are sorted faster than names
  SELECT group_key, row_number() OVER (ORDER BY group_key) AS place
  FROM timing_segments
  GROUP BY group_key
)
SELECT cached_tokens, append_tokens, segment_output_tokens, duration_ms
FROM timing_segments
JOIN groups USING (group_key)
WHERE least(cached_tokens, append_tokens, segment_output_tokens) >= 0 -- negative counts are errors of the trace
ORDER BY place, segment_seq
