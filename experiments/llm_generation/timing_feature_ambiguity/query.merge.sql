-- The segments that can be sorted into neighborhoods.
--
-- Grain:   one row per usable segment; by provider, model and kind of segment (code points), then in the order of the trace.
-- Columns: as in query.sql
WITH groups AS ( -- numbers are sorted faster than names
  SELECT provider, model, segment_kind, row_number() OVER (ORDER BY provider, model, segment_kind) AS place
  FROM parts
  GROUP BY provider, model, segment_kind
)
SELECT cached_tokens, append_tokens, output_tokens, duration_ms
FROM parts
JOIN groups USING (provider, model, segment_kind)
ORDER BY place, segment_seq
