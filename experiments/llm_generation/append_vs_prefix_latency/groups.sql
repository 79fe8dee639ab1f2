-- uses: timing_segments
-- Names of the groups of timing segments.
--
-- Grain:  one row per provider, model and kind of segment, in the order of the trace.
-- Inputs: timing_segments
--
--   group_seq                       first segment of the group, as in query.sql
--   provider, model, segment_kind   model is empty where it is missing
SELECT min(segment_seq) AS group_seq, provider, coalesce(model, '') AS model, segment_kind
FROM timing_segments
GROUP BY ALL
ORDER BY group_seq
