-- uses: timing_segments
-- scope: pool
-- Segments that are the same to any model of the three token counts.
--
-- Grain:  one row per provider, model, kind of segment, cached, appended and generated tokens that at least two segments
--         share, in the order of their first segments.
-- Inputs: timing_segments
--
--   provider, model, segment_kind, cached_tokens, append_tokens, segment_output_tokens    what they share; tokens
--   segments                that share it
--   first_seq, last_seq     their first and last place among the timing segments, from 1
SELECT
  provider,
  model,
  segment_kind,
  cached_tokens,
  append_tokens,
  segment_output_tokens,
  count(*) AS segments,
  min(place) AS first_seq,
  max(place) AS last_seq
FROM (SELECT *, row_number() OVER (ORDER BY segment_seq) AS place FROM timing_segments)
WHERE model <> '' AND least(cached_tokens, append_tokens, segment_output_tokens) >= 0
GROUP BY provider, model, segment_kind, cached_tokens, append_tokens, segment_output_tokens
HAVING count(*) >= 2
ORDER BY first_seq
