-- The groups that are fitted separately: provider, model and kind of segment.
--
-- Grain:   one row per group, by key in the order of code points; those without a usable segment too.
-- Columns: as in groups.sql; where names with :: make one key of several groups, the names are of the first. `usable` counts segments
--          in the order of query.merge.sql
SELECT
  group_key,
  arg_min(provider, first_seq) AS provider,
  arg_min(model, first_seq) AS model,
  arg_min(segment_kind, first_seq) AS segment_kind,
  sum(segments) AS segments,
  sum(usable) AS usable
FROM parts
GROUP BY group_key
ORDER BY group_key
