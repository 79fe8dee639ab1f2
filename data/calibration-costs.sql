-- uses: step_cost
-- What the steps of a provider cost.
--
-- Grain:   one row per provider.
-- Columns: provider, steps, priced (steps with a price), prefix_usd, append_usd (with cache writes), output_usd (with reasoning)
SELECT
  provider,
  count(*) AS steps,
  count(cost_nano) AS priced,
  coalesce(sum(cache_read_nano), 0) / 1e9 AS prefix_usd,
  coalesce(sum(fresh_nano + cache_write_5m_nano + cache_write_1h_nano), 0) / 1e9 AS append_usd,
  coalesce(sum(output_nano), 0) / 1e9 AS output_usd
FROM rounds
JOIN step_cost USING (round_pk)
GROUP BY provider
ORDER BY provider
