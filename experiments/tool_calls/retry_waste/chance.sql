-- uses: calls, tool_activity
-- How often inputs have the same length: what chance.merge.sql needs, since calls of different shards are compared.
--
-- Grain:   one row per provider, tool and length, and one per provider and tool, with length NULL. Of calls in requests; waits are left out.
-- Params:  $min          as in counts.sql
-- Columns: calls         calls with inputs of the length
--          own_pairs     ordered pairs of these in the same session, a call with itself among them
WITH lengths AS (
  SELECT provider, tool, session_id, input_chars, count(*) AS n
  FROM calls
  JOIN tool_activity USING (tool)
  WHERE request_no > 0 AND input_chars >= $min AND NOT is_wait
  GROUP BY ALL
), sessions AS (
  SELECT * FROM lengths
  UNION ALL
  SELECT provider, tool, session_id, NULL, sum(n)::BIGINT FROM lengths GROUP BY ALL
)
SELECT provider, tool, input_chars AS length, sum(n)::BIGINT AS calls, sum(n * n)::BIGINT AS own_pairs
FROM sessions
GROUP BY ALL
ORDER BY provider, tool, length NULLS FIRST
