-- uses: step_times, step_rates, step_cost, cost_range, re_prefill, emitted
-- What steps are billed for, how sure each part is, and what their input would have cost with other lifetimes of cache writes.
--
-- Grain:  one row per provider, model, session, day, rates and where these are from.
-- Inputs: rounds, the relations above
-- Money is in nano-dollars, 0 without a price.
--
--   provider, model        '<unknown-provider>', '<unknown-model>' when missing
--   session_id             NULL for steps without one
--   day, month             days since 1970-01-01 in UTC, by the earliest event of the step, and as 2026-01; NULL without a time
--   basis                  where the price is from; NULL without one
--   inferred               lifetime of the session's cache writes as its pauses show it: 1h, 5m or unknown. A step of Claude that comes 6 to 55
--                          minutes after the step before, not after a reset, and reads at least 90 % of its context from the cache shows an
--                          hour; without any, two that read less show 5 minutes
--   logged                 lifetime of most tokens that the session wrote, 1h or 5m; NULL where none is logged
--   steps
--   below_floor_steps      steps whose logged output is below its floor in `emitted`
--   streamed_steps         steps whose logged output is not final
--   returns                steps that come 5 to 60 minutes after the step before and go on with its context; only of models that bill writes
--                          by lifetime
--   largest_context_tokens largest input of one step
--   context_tokens         all input
--   fresh_, read_, visible_, reasoning_   each _tokens and _nano
--   write_5m_, write_1h_   each _tokens and _nano: writes of known lifetime; write_5m has all of models that bill all writes alike
--   write_unknown_         _tokens and _nano: the other writes, at the rate for 5 minutes
--   write_1h_open_nano, write_unknown_open_nano   what these writes cost more at the rate for an hour
--   output_open_tokens, output_open_nano          by how much the output is larger if it is as large as its floor, and what that costs
--   no_cache_nano, no_cache_read_nano   all input, and what was read from the cache, at the rate of fresh input
--   re_prefill_nano        input that the context held before, less what it would cost as cache reads
-- and of models that bill writes by lifetime:
--   lifetime_input_nano    input as billed
--   all_5m_nano, all_1h_nano   input if all writes were for 5 minutes, for an hour
--   returning_tokens       context that returns have in common with the step before
--   read_again_tokens      the part of it that was not read from the cache; with writes for an hour it would have been
--   lost_tokens            the other part; with writes for 5 minutes it would have been written again
--   all_1h_write_tokens    writes if all were for an hour
--   all_1h_premium_nano    what these cost more than at the rate for 5 minutes
WITH joined AS (
  SELECT
    coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
    coalesce(nullif(model, ''), '<unknown-model>') AS model,
    nullif(rounds.session_id, '') AS session_id,
    CASE WHEN first_us BETWEEN epoch_us(TIMESTAMP '0001-01-01') AND epoch_us(TIMESTAMP '9999-12-31') THEN first_us // 86400000000 END AS day,
    step_rates.* EXCLUDE (round_pk),
    step_cost.* EXCLUDE (round_pk, basis),
    cache_write_5m_tokens + cache_write_1h_tokens AS write_tokens,
    fresh_tokens + cache_read_tokens + write_tokens AS context_tokens,
    least(greatest(reasoning_output_tokens, 0), step_rates.output_tokens) AS reasoning_tokens,
    hour_rate,
    coalesce(hour_rate > cache_write_5m_rate, false) AS by_lifetime,
    lifetimes_logged OR NOT by_lifetime AS is_lifetime_known,
    write_open_nano,
    output_open_nano,
    greatest(chars / 4 - (step_rates.output_tokens - reasoning_tokens), 0) AS output_open_tokens,
    output_is_final,
    re_prefill_nano,
    CASE
      WHEN provider = 'claude' AND gap_us BETWEEN 360e6 AND 3300e6 AND previous_context_tokens > 0 AND NOT is_reset
        THEN cache_read_tokens >= 0.9 * previous_context_tokens
    END AS long_hit,
    coalesce(by_lifetime AND gap_us BETWEEN 300e6 AND 3600e6 AND NOT is_reset AND NOT is_model_change, false) AS is_return,
    if(is_return, least(previous_context_tokens, context_tokens), 0) AS returning_tokens,
    least(cache_read_tokens, returning_tokens) AS lost_tokens,
    returning_tokens - lost_tokens AS read_again_tokens,
    least(read_again_tokens, write_tokens) AS read_again_writes
  FROM rounds
  JOIN step_times USING (round_pk)
  JOIN step_rates USING (round_pk)
  JOIN step_cost USING (round_pk)
  JOIN cost_range USING (round_pk)
  LEFT JOIN re_prefill USING (round_pk)
  LEFT JOIN emitted USING (round_pk)
), summed AS (
  SELECT
    provider, model, session_id, day, basis, input_rate, cache_read_rate, cache_write_5m_rate, hour_rate, output_rate, by_lifetime,
    count(*) AS steps,
    max(context_tokens) AS largest_context_tokens,
    count(*) FILTER (output_open_tokens > 0) AS below_floor_steps,
    count(*) FILTER (NOT output_is_final) AS streamed_steps,
    count(*) FILTER (long_hit) AS long_hits,
    count(*) FILTER (NOT long_hit) AS long_misses,
    count(*) FILTER (is_return) AS returns,
    sum(fresh_tokens) AS fresh_tokens,
    sum(cache_read_tokens) AS read_tokens,
    sum(write_tokens) AS write_tokens,
    sum(cache_write_1h_tokens) AS write_1h_tokens,
    sum(if(is_lifetime_known, cache_write_5m_tokens, 0)) AS write_5m_tokens,
    sum(output_tokens) AS output_tokens,
    sum(reasoning_tokens) AS reasoning_tokens,
    sum(output_open_tokens) AS output_open_tokens,
    sum(returning_tokens) AS returning_tokens,
    sum(lost_tokens) AS lost_tokens,
    sum(read_again_tokens) AS read_again_tokens,
    sum(read_again_writes) AS read_again_writes,
    sum(fresh_nano) AS fresh_nano,
    sum(cache_read_nano) AS read_nano,
    sum(cache_write_1h_nano) AS write_1h_nano,
    sum(cache_write_5m_nano) AS all_5m_write_nano,
    sum(if(is_lifetime_known, cache_write_5m_nano, 0)) AS write_5m_nano,
    sum(write_open_nano) AS all_write_open_nano,
    sum(if(is_lifetime_known, write_open_nano, 0)) AS write_1h_open_nano,
    sum(output_nano) AS output_nano,
    sum(output_open_nano) AS output_open_nano,
    sum(re_prefill_nano) AS re_prefill_nano
  FROM joined
  GROUP BY ALL
), priced AS (
  SELECT
    * EXCLUDE (write_tokens, output_tokens, read_again_writes, all_5m_write_nano, all_write_open_nano, output_nano),
    fresh_tokens + write_tokens + read_tokens AS context_tokens,
    write_tokens - write_1h_tokens - write_5m_tokens AS write_unknown_tokens,
    all_5m_write_nano - write_5m_nano AS write_unknown_nano,
    all_write_open_nano - write_1h_open_nano AS write_unknown_open_nano,
    output_tokens - reasoning_tokens AS visible_tokens,
    (reasoning_tokens * output_rate + 500) // 1000 AS reasoning_nano,
    output_nano - reasoning_nano AS visible_nano,
    context_tokens * input_rate // 1000 AS no_cache_nano,
    read_tokens * input_rate // 1000 AS no_cache_read_nano,
    CASE WHEN by_lifetime THEN fresh_nano + all_5m_write_nano + write_1h_nano + read_nano END AS lifetime_input_nano,
    CASE
      WHEN by_lifetime
        THEN (fresh_tokens * input_rate + (write_tokens + lost_tokens) * cache_write_5m_rate + (read_tokens - lost_tokens) * cache_read_rate) // 1000
    END AS all_5m_nano,
    CASE WHEN by_lifetime THEN write_tokens - read_again_writes END AS all_1h_write_tokens,
    all_1h_write_tokens * (hour_rate - cache_write_5m_rate) // 1000 AS all_1h_premium_nano,
    CASE
      WHEN by_lifetime
        THEN (
          (fresh_tokens + read_again_writes - read_again_tokens) * input_rate
          + all_1h_write_tokens * hour_rate
          + (read_tokens + read_again_tokens) * cache_read_rate
        ) // 1000
    END AS all_1h_nano
  FROM summed
)
SELECT
  provider,
  model,
  session_id,
  day,
  strftime(make_timestamp(day * 86400000000), '%Y-%m') AS month,
  basis,
  -- One miss may be a prefix that was changed.
  CASE
    WHEN session_id IS NULL THEN 'unknown'
    WHEN sum(long_hits) OVER in_session > 0 THEN '1h'
    WHEN sum(long_misses) OVER in_session >= 2 THEN '5m'
    ELSE 'unknown'
  END AS inferred,
  CASE
    WHEN session_id IS NULL THEN NULL
    WHEN sum(if(by_lifetime, write_1h_tokens, 0)) OVER in_session > sum(if(by_lifetime, write_5m_tokens, 0)) OVER in_session THEN '1h'
    WHEN sum(if(by_lifetime, write_5m_tokens, 0)) OVER in_session > 0 THEN '5m'
  END AS logged,
  COLUMNS('^(steps|.*_steps|returns)$'),
  coalesce(COLUMNS('^(.*_(tokens|nano))$'), 0) AS "\1"
FROM priced
WINDOW in_session AS (PARTITION BY provider, session_id)
