-- uses: rates, step_times
-- What each step is billed for, by component, and at which rates. A question that asks what other tokens would have cost begins here.
--
-- Grain:  one row per row of `rounds` (`round_pk`, unique)
-- Inputs: rounds, round_details; rates of the step's model, service and input at first_us, its earliest event
-- Tokens are HUGEINT; missing and negative counts are 0. Rates are as in `rates`. An unpriced step has NULL from basis on; a step
-- without events has a rate only where that never changed.
--
--   round_pk                the step
--   fresh_tokens            input that was neither read from the cache nor written to it
--   cache_read_tokens       input that the cache gave
--   cache_write_5m_tokens   writes for 5 minutes, and all writes whose logged lifetimes don't add up to them
--   cache_write_1h_tokens   writes for an hour
--   lifetimes_logged        the lifetimes of the writes are known; true without writes
--   output_tokens           output, reasoning included
--   basis                   listed, family (a guess by a part of the model's name) or override (of the user)
--   input_rate, cache_read_rate, cache_write_5m_rate, cache_write_1h_rate, output_rate
--   as_of                   month of the price list; NULL at the prices of the step's day
--   rate_no                 the row of `rates`
WITH counted AS (
  -- greatest() passes over NULL.
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
)
SELECT
  round_pk,
  append - write AS fresh_tokens,
  prefix AS cache_read_tokens,
  write - write_1h AS cache_write_5m_tokens,
  write_1h AS cache_write_1h_tokens,
  lifetimes = write AS lifetimes_logged,
  output AS output_tokens,
  basis,
  input_rate,
  cache_read_rate,
  cache_write_5m_rate,
  cache_write_1h_rate,
  output_rate,
  as_of,
  rate_no
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
