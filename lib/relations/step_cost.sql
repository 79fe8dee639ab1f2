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
WITH thousandths AS (
  SELECT
    round_pk,
    basis,
    fresh_tokens * input_rate + 500 AS fresh,
    cache_read_tokens * cache_read_rate + 500 AS cache_read,
    cache_write_5m_tokens * cache_write_5m_rate + 500 AS cache_write_5m,
    cache_write_1h_tokens * cache_write_1h_rate + 500 AS cache_write_1h,
    output_tokens * output_rate + 500 AS output
  FROM step_rates
), costs AS (
  SELECT
    round_pk,
    basis,
    -- Dividing a HUGEINT takes 100 times as long as dividing a BIGINT, which is enough for nearly all.
    if(fresh < 9e18::HUGEINT, fresh::BIGINT // 1000, fresh // 1000) AS fresh_nano,
    if(cache_read < 9e18::HUGEINT, cache_read::BIGINT // 1000, cache_read // 1000) AS cache_read_nano,
    if(cache_write_5m < 9e18::HUGEINT, cache_write_5m::BIGINT // 1000, cache_write_5m // 1000) AS cache_write_5m_nano,
    if(cache_write_1h < 9e18::HUGEINT, cache_write_1h::BIGINT // 1000, cache_write_1h // 1000) AS cache_write_1h_nano,
    if(output < 9e18::HUGEINT, output::BIGINT // 1000, output // 1000) AS output_nano
  FROM thousandths
)
SELECT *, fresh_nano + cache_read_nano + cache_write_5m_nano + cache_write_1h_nano + output_nano AS cost_nano
FROM costs
