-- uses: timing_segments
-- The segments of large groups, to be sorted into neighborhoods.
--
-- Grain:  one row per usable segment of a group with at least $min_group_rows of them; by provider, model and kind of
--         segment (code points), then in the order of the trace.
-- Inputs: timing_segments
--
--   $min_group_rows    minimum number of usable segments of a group
--
--   cached_tokens, append_tokens, output_tokens    tokens, >= 0; output of the segment
--   duration_ms                                    milliseconds, > 0
WITH usable AS (
  SELECT * FROM timing_segments WHERE model <> '' AND least(cached_tokens, append_tokens, segment_output_tokens) >= 0
), large AS ( -- numbers are sorted faster than names
  SELECT provider, model, segment_kind, row_number() OVER (ORDER BY provider, model, segment_kind) AS place
  FROM usable
  GROUP BY provider, model, segment_kind
  HAVING count(*) >= $min_group_rows
)
SELECT cached_tokens, append_tokens, segment_output_tokens AS output_tokens, duration_ms
FROM usable
JOIN large USING (provider, model, segment_kind)
ORDER BY place, segment_seq
