-- How often inputs have the same length by chance.
--
-- Grain:   one row per provider and tool.
-- Columns: pairs         pairs of calls of the tool in different sessions
--          equal_pairs   those whose inputs have the same length
WITH lengths AS (
  SELECT provider, tool, length, (sum(calls) ** 2 - sum(own_pairs)) / 2 AS pairs
  FROM parts
  GROUP BY ALL
)
SELECT
  provider,
  tool,
  (sum(pairs) FILTER (length IS NULL))::BIGINT AS pairs,
  coalesce(sum(pairs) FILTER (length IS NOT NULL), 0)::BIGINT AS equal_pairs
FROM lengths
GROUP BY provider, tool
ORDER BY provider, tool
