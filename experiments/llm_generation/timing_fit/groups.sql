-- uses: timing_segments
-- The groups that are fitted separately: provider, model and kind of segment.
--
-- Grain:  one row per group, by key in the order of code points; those without a usable segment too.
-- Inputs: timing_segments
--
--   group_key                      provider::model::segment_kind
--   provider, model, segment_kind  the same in columns; model is NULL where it is missing or empty
--   segments                       all segments of the group
--   usable                         those without a negative token count, in the order of query.sql
SELECT
  group_key,
  arg_min(provider, segment_seq) AS provider,
  arg_min(nullif(model, ''), segment_seq) AS model,
  arg_min(segment_kind, segment_seq) AS segment_kind,
  count(*) AS segments,
  count_if(least(cached_tokens, append_tokens, segment_output_tokens) >= 0) AS usable
FROM timing_segments
GROUP BY group_key
ORDER BY group_key
