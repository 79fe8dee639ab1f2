-- uses: step_rates
-- What each step costs by component, in whole nano-dollars, so that sums are the same in any order. lib/trace/prices/step-cost.ts has the
-- same rules as a function.
--
-- Grain:  one row per row of `rounds` (`round_pk`, unique)
-- Costs are HUGEINT. An unpriced step has NULL from basis on.
--
--   round_pk             the step
--   basis                listed, family (a guess by a part of the model's name) or override (of the user)
--   fresh_nano, cache_read_nano, cache_write_5m_nano, cache_write_1h_nano, output_nano
--                        cost of the components in `step_rates`
--   cost_nano            the sum of the five
WITH costs AS (
  SELECT
    round_pk,
    basis,
    (fresh_tokens * input_rate + 500) // 1000 AS fresh_nano,
    (cache_read_tokens * cache_read_rate + 500) // 1000 AS cache_read_nano,
    (cache_write_5m_tokens * cache_write_5m_rate + 500) // 1000 AS cache_write_5m_nano,
    (cache_write_1h_tokens * cache_write_1h_rate + 500) // 1000 AS cache_write_1h_nano,
    (output_tokens * output_rate + 500) // 1000 AS output_nano
  FROM step_rates
)
SELECT *, fresh_nano + cache_read_nano + cache_write_5m_nano + cache_write_1h_nano + output_nano AS cost_nano
FROM costs
