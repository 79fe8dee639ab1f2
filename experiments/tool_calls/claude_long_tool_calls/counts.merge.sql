-- The long tool calls of Claude by what they have in common.
--
-- Grain:      one row per kind and value, most calls first, ties by first call in the pool.
-- Columns:    kind, value, calls, total_ms   as in counts.sql
--             first_seen   place of the value among those of its kind by first call
SELECT
  kind,
  value,
  sum(COLUMNS(['calls', 'total_ms'])),
  row_number() OVER (PARTITION BY kind ORDER BY min(first_call)) AS first_seen
FROM parts
GROUP BY kind, value
ORDER BY kind, calls DESC, first_seen
