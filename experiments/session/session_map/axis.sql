-- uses: active_axis
-- merge: key(kind, basis) sum(gaps, gap_us)
-- How many long stretches without an event the pool has, and what went on in them.
--
-- Grain:   one row per kind and basis.
-- Params:  $gap_us   a stretch is long when it lasts longer, microseconds
-- Columns: kind, basis   as in `active_axis`
--          gaps
--          gap_us        sum of their lengths
SELECT kind, basis, count(*) AS gaps, sum(to_us - from_us)::BIGINT AS gap_us
FROM active_axis
WHERE to_us - from_us > $gap_us
GROUP BY kind, basis
ORDER BY kind NULLS FIRST, basis NULLS FIRST
