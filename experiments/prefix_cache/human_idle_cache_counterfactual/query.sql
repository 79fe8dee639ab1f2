-- uses: step_times, step_tools, context_growth, step_rates, step_cost
-- Tokens and dollars as observed, and as they would have been if the cache had outlived every pause before a user's message.
--
-- Grain:   one row per scope: 'merged' (all steps), 'claude', 'codex'.
-- Inputs:  rounds, timing_events, step_times, step_tools, context_growth, step_rates, step_cost
-- A return is a step that begins with a user message and follows another step of its session in the file. With the cache kept it appends no
-- more than its context grew by since that step: the rest moves from append to prefix, first of all what was written to the cache for an
-- hour, then what was written for 5 minutes. Other steps stay as they are. Costs are over steps with a price.
-- Columns: those of human_idle_cache_counterfactual_summary.csv that are not made from others; `counterfactual` is with the cache kept,
--          gaps run from the latest time of the step before (events, calls, results) to the first event, or to the earliest time of the
--          step where that has none; unknown or negative ones don't count
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
    coalesce(first_event_type = 'user_message', false) AS is_user,
    previous_total_tokens IS NOT NULL AS is_return,
    gap_us,
    fresh_tokens + cache_write_5m_tokens + cache_write_1h_tokens AS append_tokens,
    if(is_return, least(append_tokens, greatest(0, cache_read_tokens + append_tokens - previous_total_tokens)), append_tokens)
      AS kept_append_tokens,
    append_tokens - kept_append_tokens AS moved,
    least(moved, cache_write_1h_tokens) AS moved_1h,
    least(moved - moved_1h, cache_write_5m_tokens) AS moved_5m,
    moved - moved_1h - moved_5m AS moved_fresh
  FROM step_rates
  JOIN step_times USING (round_pk)
  LEFT JOIN returns USING (round_pk)
), kept AS (
  SELECT
    round_pk,
    (fresh_tokens - moved_fresh) * input_rate + 500 AS fresh,
    (cache_write_5m_tokens - moved_5m) * cache_write_5m_rate + 500 AS write_5m,
    (cache_write_1h_tokens - moved_1h) * cache_write_1h_rate + 500 AS write_1h,
    (cache_read_tokens + moved) * cache_read_rate + 500 AS read
  FROM step_rates
  JOIN moves USING (round_pk)
), kept_cost AS (
  -- BIGINTs where they are enough, as in `step_cost`.
  SELECT
    round_pk,
    if(fresh < 9e18::HUGEINT, fresh::BIGINT // 1000, fresh // 1000)
      + if(write_5m < 9e18::HUGEINT, write_5m::BIGINT // 1000, write_5m // 1000)
      + if(write_1h < 9e18::HUGEINT, write_1h::BIGINT // 1000, write_1h // 1000) AS kept_input_nano,
    kept_input_nano + if(read < 9e18::HUGEINT, read::BIGINT // 1000, read // 1000) AS kept_read_nano
  FROM kept
), steps AS (
  SELECT
    round_pk,
    provider,
    is_user,
    is_return,
    gap_us,
    append_tokens,
    kept_append_tokens,
    moved,
    cache_read_tokens,
    step_rates.output_tokens,
    fresh_nano + cache_write_5m_nano + cache_write_1h_nano AS input_nano,
    kept_input_nano,
    cost_nano,
    kept_read_nano + output_nano AS kept_nano,
    CASE WHEN moved > 0 AND cost_nano > kept_nano THEN cost_nano - kept_nano END AS saved_nano
  FROM rounds
  JOIN step_rates USING (round_pk)
  JOIN step_cost USING (round_pk)
  JOIN moves USING (round_pk)
  JOIN kept_cost USING (round_pk)
)
SELECT
  scope,
  count(round_pk) AS rounds,
  count(*) FILTER (is_user) AS user_rounds,
  count(*) FILTER (is_return) AS user_rounds_with_predecessor,
  count(*) FILTER (moved > 0) AS user_rounds_reduced,
  count(*) FILTER (moved < 0) AS user_rounds_increased,
  coalesce(sum(append_tokens), 0)::DOUBLE AS observed_append_tokens,
  coalesce(sum(kept_append_tokens), 0)::DOUBLE AS counterfactual_append_tokens,
  coalesce(sum(append_tokens) FILTER (is_return), 0)::DOUBLE AS observed_user_append_tokens,
  coalesce(sum(kept_append_tokens) FILTER (is_return), 0)::DOUBLE AS counterfactual_user_append_tokens,
  coalesce(sum(cache_read_tokens), 0)::DOUBLE AS observed_prefix_tokens,
  coalesce(sum(cache_read_tokens + moved), 0)::DOUBLE AS counterfactual_prefix_tokens,
  coalesce(sum(output_tokens), 0)::DOUBLE AS output_tokens,
  count(cost_nano) AS priced_rounds,
  rounds - priced_rounds AS unpriced_rounds,
  coalesce(sum(input_nano), 0) / 1e9 AS observed_input_cost_usd,
  coalesce(sum(kept_input_nano), 0) / 1e9 AS counterfactual_input_cost_usd,
  coalesce(sum(cost_nano), 0) / 1e9 AS observed_total_cost_usd,
  coalesce(sum(kept_nano), 0) / 1e9 AS counterfactual_total_cost_usd,
  count(saved_nano) AS cost_saved_per_reduced_step_samples,
  sum(saved_nano) / 1e9 / nullif(cost_saved_per_reduced_step_samples, 0) AS cost_saved_per_reduced_step_avg_usd,
  quantile_cont(saved_nano::DOUBLE, 0.5) / 1e9 AS cost_saved_per_reduced_step_p50_usd,
  quantile_cont(saved_nano::DOUBLE, 0.9) / 1e9 AS cost_saved_per_reduced_step_p90_usd,
  count(gap_us) FILTER (moved > 0) AS idle_gap_per_reduced_step_samples,
  sum(gap_us) FILTER (moved > 0) / 1e6 / nullif(idle_gap_per_reduced_step_samples, 0) AS idle_gap_per_reduced_step_avg_seconds,
  quantile_cont(gap_us, 0.5) FILTER (moved > 0) / 1e6 AS idle_gap_per_reduced_step_p50_seconds,
  quantile_cont(gap_us, 0.9) FILTER (moved > 0) / 1e6 AS idle_gap_per_reduced_step_p90_seconds
FROM (VALUES ('merged', 1), ('claude', 2), ('codex', 3)) AS scopes (scope, place)
LEFT JOIN steps ON scope IN ('merged', provider)
GROUP BY scope, place
ORDER BY place
