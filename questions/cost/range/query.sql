-- uses: step_facts, cost_range
-- Columns: provider
--          low_usd
--          high_usd
--          of_cache_writes_usd   the part of the difference that is about lifetimes of cache writes
--          of_output_usd         the part that is about output
SELECT
  provider,
  sum(low_nano) / 1e9 AS low_usd,
  sum(high_nano) / 1e9 AS high_usd,
  sum(write_open_nano) / 1e9 AS of_cache_writes_usd,
  sum(output_open_nano) / 1e9 AS of_output_usd
FROM step_facts
JOIN cost_range USING (round_pk)
WHERE day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY provider
ORDER BY provider
