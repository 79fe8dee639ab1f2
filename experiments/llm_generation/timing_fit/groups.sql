-- uses: timing_segments
-- What the groups that are fitted separately are made of: provider, model and kind of segment.
--
-- Grain:  one row per group_key, provider, model and kind; those without a usable segment too.
-- Inputs: timing_segments
--
--   group_key                      provider::model::segment_kind, with unknown_model for a missing or empty model
--   provider, model, segment_kind  the same in columns; model is NULL where it is missing or empty
--   segments                       all segments
--   usable                         those without a negative token count
--   first_seq                      segment_seq of the first
SELECT
  concat_ws('::', provider, coalesce(nullif(model, ''), 'unknown_model'), segment_kind) AS group_key,
  provider,
  nullif(model, '') AS model,
  segment_kind,
  count(*) AS segments,
  count_if(least(cached_tokens, append_tokens, segment_output_tokens) >= 0) AS usable,
  min(segment_seq) AS first_seq
FROM timing_segments
GROUP BY provider, nullif(model, ''), segment_kind
