-- How much time the calls of each tool took together.
--
-- Grain:   one row per provider and tool as in query.sql.
-- Columns: provider, tool, calls, errors, valid, missing, total_ms   as in query.sql
--          first_seen   place of the row by its first call in the pool, which breaks ties
SELECT
  provider,
  tool,
  sum(COLUMNS(['calls', 'errors', 'valid', 'missing', 'total_ms'])),
  row_number() OVER (ORDER BY min(first_call)) AS first_seen
FROM parts
GROUP BY provider, tool
ORDER BY first_seen
