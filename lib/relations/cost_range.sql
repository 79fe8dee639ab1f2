-- uses: step_rates, step_cost, emitted
-- What each step costs at least and at most, in whole nano-dollars. Two things are often not logged: how long a cache write was to be
-- kept, and the output of a response of which only the beginning was counted.
--
-- Grain:  one row per row of `rounds` (`round_pk`, unique)
-- Costs are HUGEINT, NULL where the step is unpriced. The output of a step without a session has no floor.
--
--   round_pk           the step
--   low_nano           at logged counts, and at 5 minutes for writes of unknown lifetime: cost_nano of `step_cost`
--   cost_nano          the same, as the number to show
--   high_nano          low_nano + write_open_nano + output_open_nano
--   write_open_nano    what the writes cost more if all that aren't known to be for 5 minutes are for an hour
--   hour_rate          rate of a write for an hour, as in `rates`; that for 5 minutes where all writes cost the same
--   output_open_nano   what the output costs more if, without its reasoning, it is as large as its floor in `emitted`
WITH rates_for_an_hour AS (
  SELECT
    step_rates.*,
    greatest(step_rates.output_tokens - greatest(reasoning_output_tokens, 0), 0) AS logged_visible_tokens,
    -- The published prices have no rate for an hour and repeat that for 5 minutes; Anthropic bills twice the input.
    CASE
      WHEN provider = 'claude' AND cache_write_1h_rate = cache_write_5m_rate AND cache_write_1h_rate > input_rate THEN 2 * input_rate
      ELSE greatest(cache_write_1h_rate, cache_write_5m_rate)
    END AS hour_rate
  FROM step_rates
  JOIN rounds USING (round_pk)
), fractions AS (
  SELECT
    round_pk,
    hour_rate,
    if(lifetimes_logged, 0, cache_write_5m_tokens) * (hour_rate - cache_write_5m_rate) + 500 AS write_5m,
    cache_write_1h_tokens * (hour_rate - cache_write_1h_rate) + 500 AS write_1h,
    greatest(coalesce(chars, 0) - 4 * logged_visible_tokens, 0) * output_rate + 2000 AS output
  FROM rates_for_an_hour
  LEFT JOIN emitted USING (round_pk)
), open AS (
  -- BIGINTs where they are enough, as in `step_cost`.
  SELECT
    round_pk,
    hour_rate,
    if(write_5m BETWEEN -9e18::HUGEINT AND 9e18::HUGEINT, write_5m::BIGINT // 1000, write_5m // 1000)
      + if(write_1h BETWEEN -9e18::HUGEINT AND 9e18::HUGEINT, write_1h::BIGINT // 1000, write_1h // 1000) AS write_open_nano,
    if(output < 9e18::HUGEINT, output::BIGINT // 4000, output // 4000) AS output_open_nano
  FROM fractions
)
SELECT
  round_pk,
  cost_nano AS low_nano,
  cost_nano,
  cost_nano + write_open_nano + output_open_nano AS high_nano,
  write_open_nano,
  hour_rate,
  output_open_nano
FROM open
JOIN step_cost USING (round_pk)
