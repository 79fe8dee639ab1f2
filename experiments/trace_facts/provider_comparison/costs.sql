-- uses: step_cost, cost_range
-- merge: key(provider)
-- merge: sum(steps, conversations, cost_nano, high_nano, fresh_nano, cache_write_nano, cache_read_nano, output_nano)
-- What the steps of each provider cost, by what was paid for.
--
-- Grain:   one row per provider that is named.
-- Inputs:  rounds, step_cost, cost_range
-- Money is in nano-dollars, NULL where no step has a price.
-- Columns: provider
--          steps                 steps with a price
--          conversations         sessions with such a step; those of helpers belong to their parent's
--          cost_nano, high_nano  as logged, and the most it can be
--          fresh_nano, cache_write_nano, cache_read_nano, output_nano   parts of cost_nano
SELECT
  provider,
  count(cost_nano) AS steps,
  count(DISTINCT conversation_id) FILTER (cost_nano IS NOT NULL) AS conversations,
  sum(cost_nano) AS cost_nano,
  sum(high_nano) AS high_nano,
  sum(fresh_nano) AS fresh_nano,
  sum(cache_write_5m_nano + cache_write_1h_nano) AS cache_write_nano,
  sum(cache_read_nano) AS cache_read_nano,
  sum(output_nano) AS output_nano
FROM rounds
JOIN step_cost USING (round_pk)
JOIN (SELECT round_pk, high_nano FROM cost_range) USING (round_pk)
WHERE provider IS NOT NULL
GROUP BY provider
ORDER BY provider
