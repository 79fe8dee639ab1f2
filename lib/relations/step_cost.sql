-- uses: rates, step_times
-- What each step costs by component, in whole nano-dollars, so that sums are the same in any order. lib/trace/prices/step-cost.ts has the
-- same rules as a function.
--
-- Grain:  one row per row of `rounds` (`round_pk`, unique)
-- Inputs: rounds, round_details; rates of the step's model, service and input at first_us, its earliest event
-- Costs are HUGEINT. An unpriced step has NULL from basis on; a step without events has a rate only where that never changed.
--
--   round_pk             the step
--   basis                listed, family (a guess by a part of the model's name) or override (of the user)
--   fresh_nano           input that was neither read from the cache nor written to it
--   cache_read_nano      input that the cache gave
--   cache_write_5m_nano  writes for 5 minutes, and all writes whose logged lifetimes don't add up to them
--   cache_write_1h_nano  writes for an hour
--   output_nano          output, reasoning included
--   cost_nano            the sum of the five
WITH counted AS (
  -- greatest() passes over NULL: missing and negative counts are 0.
  SELECT
    round_pk, provider, model, speed, service_tier, first_us,
    greatest(prefix_tokens, 0)::HUGEINT AS prefix,
    greatest(newly_append_tokens, 0)::HUGEINT AS append,
    greatest(output_tokens, 0)::HUGEINT AS output,
    greatest(cache_write_1h_tokens, 0)::HUGEINT AS logged_1h,
    greatest(cache_write_5m_tokens, 0) + logged_1h AS lifetimes,
    -- Claude has all writes in the row, Codex in the details.
    least(greatest(coalesce(claude_cache_creation_input_tokens, cache_write_tokens, lifetimes), 0), append) AS write,
    if(lifetimes = write, logged_1h, 0) AS write_1h
  FROM rounds LEFT JOIN round_details USING (round_pk) LEFT JOIN step_times USING (round_pk)
), costs AS (
  SELECT
    round_pk,
    basis,
    ((append - write) * input_rate + 500) // 1000 AS fresh_nano,
    (prefix * cache_read_rate + 500) // 1000 AS cache_read_nano,
    ((write - write_1h) * cache_write_5m_rate + 500) // 1000 AS cache_write_5m_nano,
    (write_1h * cache_write_1h_rate + 500) // 1000 AS cache_write_1h_nano,
    (output * output_rate + 500) // 1000 AS output_nano
  FROM counted
  LEFT JOIN rates
    ON counted.provider IS NOT DISTINCT FROM rates.provider
    AND counted.model IS NOT DISTINCT FROM rates.model
    AND counted.speed IS NOT DISTINCT FROM rates.speed
    AND counted.service_tier IS NOT DISTINCT FROM rates.service_tier
    AND (from_us IS NULL OR first_us >= from_us)
    AND (to_us IS NULL OR first_us < to_us)
    AND prefix + append >= min_input_tokens
    AND (max_input_tokens IS NULL OR prefix + append <= max_input_tokens)
)
SELECT *, fresh_nano + cache_read_nano + cache_write_5m_nano + cache_write_1h_nano + output_nano AS cost_nano
FROM costs
