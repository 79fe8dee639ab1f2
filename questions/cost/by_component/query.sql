-- uses: step_facts, step_cost
-- Columns: provider
--          new_input_usd         input that was neither read from the cache nor written to it
--          cache_reads_usd
--          cache_writes_5m_usd   writes for 5 minutes, and of unknown lifetime
--          cache_writes_1h_usd
--          output_usd            reasoning included
--          cost_usd              the sum
SELECT
  provider,
  sum(fresh_nano) / 1e9 AS new_input_usd,
  sum(cache_read_nano) / 1e9 AS cache_reads_usd,
  sum(cache_write_5m_nano) / 1e9 AS cache_writes_5m_usd,
  sum(cache_write_1h_nano) / 1e9 AS cache_writes_1h_usd,
  sum(output_nano) / 1e9 AS output_usd,
  sum(step_cost.cost_nano) / 1e9 AS cost_usd
FROM step_facts
JOIN step_cost USING (round_pk)
WHERE day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY provider
ORDER BY provider
