-- uses: timing_segments
-- scope: pool
-- How long the segments took that are the same to any model of the three token counts.
--
-- Grain:  one row per segment that duplicates.sql counts: row by row of that query, then ascending.
-- Inputs: timing_segments
--
--   duration_ms    milliseconds
WITH segments AS (
  SELECT *
  FROM timing_segments
  WHERE model <> '' AND least(cached_tokens, append_tokens, segment_output_tokens) >= 0
), shared AS (
  SELECT provider, model, segment_kind, cached_tokens, append_tokens, segment_output_tokens, min(segment_seq) AS first_seq
  FROM segments
  GROUP BY provider, model, segment_kind, cached_tokens, append_tokens, segment_output_tokens
  HAVING count(*) >= 2
)
SELECT duration_ms
FROM segments
JOIN shared USING (provider, model, segment_kind, cached_tokens, append_tokens, segment_output_tokens)
ORDER BY first_seq, duration_ms
