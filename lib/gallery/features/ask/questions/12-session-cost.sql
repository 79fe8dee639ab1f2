-- Which sessions cost the most?
-- The twenty most expensive conversations with those of their helpers,
-- by what was paid for.
SELECT
  conversation_id,
  round(sum(cost_nano) / 1e9, 2) AS cost_usd,
  round(sum(cost_nano) FILTER (session_id <> conversation_id) / 1e9, 2) AS of_helpers_usd,
  round(sum(fresh_nano) / 1e9, 2) AS fresh_input_usd,
  round(sum(cache_write_5m_nano + cache_write_1h_nano) / 1e9, 2) AS cache_writes_usd,
  round(sum(cache_read_nano) / 1e9, 2) AS cache_reads_usd,
  round(sum(output_nano) / 1e9, 2) AS output_usd,
  count(*) AS steps
FROM rounds
JOIN step_cost USING (round_pk)
GROUP BY conversation_id
HAVING sum(cost_nano) > 0
ORDER BY sum(cost_nano) DESC, conversation_id
LIMIT 20;
