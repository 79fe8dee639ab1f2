-- The input of the models for each segment.
--
-- Grain:   one row per segment that can be fitted, group by group (by key, in the order of code points), in the order of the trace.
-- Columns: as in query.sql
WITH groups AS ( -- numbers are sorted faster than names
  SELECT group_key, row_number() OVER (ORDER BY group_key) AS place
  FROM parts
  GROUP BY group_key
)
SELECT cached_tokens, append_tokens, segment_output_tokens, duration_ms
FROM parts
JOIN groups USING (group_key)
ORDER BY place, segment_seq
