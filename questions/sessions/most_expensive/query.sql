-- uses: step_facts, step_cost
-- Columns: conversation       id of the session at the root
--          cost_usd
--          of_helpers_usd     part of it that other sessions of the conversation cost
--          new_input_usd
--          cache_writes_usd
--          cache_reads_usd
--          output_usd
--          steps
SELECT
  coalesce(conversation_id, '<unknown-session>') AS conversation,
  sum(step_cost.cost_nano) / 1e9 AS cost_usd,
  coalesce(sum(step_cost.cost_nano) FILTER (is_helper), 0) / 1e9 AS of_helpers_usd,
  sum(fresh_nano) / 1e9 AS new_input_usd,
  sum(cache_write_5m_nano + cache_write_1h_nano) / 1e9 AS cache_writes_usd,
  sum(cache_read_nano) / 1e9 AS cache_reads_usd,
  sum(output_nano) / 1e9 AS output_usd,
  count(*) AS steps
FROM step_facts
JOIN step_cost USING (round_pk)
WHERE day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY conversation
HAVING sum(step_cost.cost_nano) > 0
ORDER BY sum(step_cost.cost_nano) DESC, conversation
LIMIT $top
