-- uses: timing_segments
-- merge: key(provider, model, segment_kind, group_key) sum(segments, usable)
-- Groups of timing segments and how many of their segments can be compared.
--
-- Grain:  one row per provider, model and kind of segment, in this order (code points).
-- Inputs: timing_segments
--
--   provider, model, segment_kind    model is empty where it is missing
--   group_key        the three joined by ::, as timing_fit names its groups
--   segments         all segments
--   usable           those without a negative token count; of a group without a model none is used all the same
SELECT
  provider,
  coalesce(model, '') AS model,
  segment_kind,
  concat_ws('::', provider, coalesce(model, ''), segment_kind) AS group_key,
  count(*) AS segments,
  count_if(least(cached_tokens, append_tokens, segment_output_tokens) >= 0) AS usable
FROM timing_segments
GROUP BY provider, coalesce(model, ''), segment_kind
ORDER BY 1, 2, 3
