-- uses: calls, tool_activity
-- How often inputs have the same length by chance.
--
-- merge: key(provider, tool) sum(pairs, equal_pairs)
-- Grain:   one row per provider and tool, of calls in requests; waits are left out. Of a pool in shards, pairs are of one shard.
-- Params:  $min          as in counts.sql
-- Columns: pairs         pairs of calls of the tool in different sessions
--          equal_pairs   those whose inputs have the same length
WITH lengths AS (
  SELECT provider, tool, session_id, input_chars, count(*)::HUGEINT AS n
  FROM calls
  JOIN tool_activity USING (tool)
  WHERE request_no > 0 AND input_chars >= $min AND NOT is_wait
  GROUP BY ALL
), by_length AS (
  SELECT provider, tool, input_chars, sum(n) ** 2 - sum(n ** 2) AS equal_pairs
  FROM lengths
  GROUP BY ALL
), by_session AS (
  SELECT provider, tool, session_id, sum(n) AS n
  FROM lengths
  GROUP BY ALL
)
SELECT provider, tool, pairs, equal_pairs
FROM (SELECT provider, tool, ((sum(n) ** 2 - sum(n ** 2)) / 2)::BIGINT AS pairs FROM by_session GROUP BY ALL)
JOIN (SELECT provider, tool, (sum(equal_pairs) / 2)::BIGINT AS equal_pairs FROM by_length GROUP BY ALL) USING (provider, tool)
ORDER BY provider, tool
