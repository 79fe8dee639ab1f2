-- uses: step_times, step_tools, context_growth, step_rates, step_cost
-- Tokens and cost of each step if the cache had outlived every pause before a user's message.
--
-- Grain:  one row per row of `rounds` (`round_pk`, unique)
-- Inputs: timing_events, the relations above
-- A return is a step that begins with a user message and follows another step of its session in the file. With the cache kept it appends no
-- more than its context grew by since that step: the rest moves from append to prefix, first of all what was written to the cache for an
-- hour, then what was written for 5 minutes. Other steps stay as they are.
--
--   is_user              whether a user message begins it
--   is_return            whether it is a return
--   gap_us               of returns: from the latest time of the step before (events, calls, results) to the first event, or to the
--                        earliest time of the step where that has none; NULL when unknown or negative
--   append_tokens        as observed
--   kept_append_tokens   with the cache kept
--   moved_tokens         append_tokens - kept_append_tokens
--   kept_input_nano      append and cache writes with the cache kept, nano-dollars (HUGEINT); NULL without a price, as the next
--   kept_nano            all tokens with the cache kept
--   saved_nano           what a step with moved tokens costs less than as observed; NULL where that is not above 0
WITH first_events AS (
  SELECT round_pk, epoch_us(timestamp) AS us
  FROM timing_events
  WHERE event_index = 1
), activity AS (
  SELECT
    step_times.round_pk,
    coalesce(first_events.us, least(step_times.first_us, calls_from_us)) AS start_us, -- least and greatest ignore NULLs
    greatest(step_times.last_us, calls_to_us) AS last_us
  FROM step_times
  JOIN step_tools USING (round_pk)
  LEFT JOIN first_events USING (round_pk)
), returns AS (
  SELECT
    growth.round_pk,
    previous_total_tokens,
    CASE WHEN step.start_us >= previous.last_us THEN step.start_us - previous.last_us END AS gap_us
  FROM context_growth AS growth
  JOIN activity AS step USING (round_pk)
  JOIN activity AS previous ON previous.round_pk = previous_round_pk
  WHERE trigger = 'user'
), moves AS (
  SELECT
    round_pk,
    gap_us,
    fresh_tokens + cache_write_5m_tokens + cache_write_1h_tokens AS append_tokens,
    append_tokens - least(append_tokens, greatest(0, cache_read_tokens + append_tokens - previous_total_tokens)) AS moved_tokens,
    least(moved_tokens, cache_write_1h_tokens) AS moved_1h,
    least(moved_tokens - moved_1h, cache_write_5m_tokens) AS moved_5m,
    moved_tokens - moved_1h - moved_5m AS moved_fresh
  FROM returns
  JOIN step_rates USING (round_pk)
), kept AS (
  SELECT
    round_pk,
    gap_us,
    moved_tokens,
    (fresh_tokens - moved_fresh) * input_rate + 500 AS fresh,
    (cache_write_5m_tokens - moved_5m) * cache_write_5m_rate + 500 AS write_5m,
    (cache_write_1h_tokens - moved_1h) * cache_write_1h_rate + 500 AS write_1h,
    (cache_read_tokens + moved_tokens) * cache_read_rate + 500 AS read
  FROM moves
  JOIN step_rates USING (round_pk)
), kept_cost AS (
  -- BIGINTs where they are enough, as in `step_cost`.
  SELECT
    round_pk,
    gap_us,
    moved_tokens,
    if(fresh < 9e18::HUGEINT, fresh::BIGINT // 1000, fresh // 1000)
      + if(write_5m < 9e18::HUGEINT, write_5m::BIGINT // 1000, write_5m // 1000)
      + if(write_1h < 9e18::HUGEINT, write_1h::BIGINT // 1000, write_1h // 1000) AS input_nano,
    if(read < 9e18::HUGEINT, read::BIGINT // 1000, read // 1000) AS read_nano
  FROM kept
)
SELECT
  round_pk,
  coalesce(first_event_type = 'user_message', false) AS is_user,
  kept_cost.round_pk IS NOT NULL AS is_return,
  gap_us,
  fresh_tokens + cache_write_5m_tokens + cache_write_1h_tokens AS append_tokens,
  append_tokens - coalesce(kept_cost.moved_tokens, 0) AS kept_append_tokens,
  append_tokens - kept_append_tokens AS moved_tokens,
  coalesce(input_nano, fresh_nano + cache_write_5m_nano + cache_write_1h_nano) AS kept_input_nano,
  kept_input_nano + coalesce(read_nano, cache_read_nano) + output_nano AS kept_nano,
  CASE WHEN moved_tokens > 0 AND cost_nano > kept_nano THEN cost_nano - kept_nano END AS saved_nano
FROM step_rates
JOIN step_times USING (round_pk)
JOIN step_cost USING (round_pk)
LEFT JOIN kept_cost USING (round_pk)
