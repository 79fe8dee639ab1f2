-- uses: cost_parts
-- merge: all by provider, session_id
-- The bill of each session, and its input with other lifetimes of cache writes.
--
-- Grain:   one row per provider and named session; money in USD, NULL where no step has a price.
-- Params:  $ttl     lifetime of writes for which none is logged: auto (as inferred), 5m or 1h
--          $month   only steps of this month, as 2026-01; NULL: all
WITH judged AS (
  SELECT *, if($ttl = 'auto', inferred, $ttl) AS lifetime, if(lifetime = '1h', write_unknown_open_nano, 0) AS taken_nano
  FROM cost_parts
  WHERE session_id IS NOT NULL AND ($month::VARCHAR IS NULL OR month = $month)
), sums AS (
  SELECT
    session_id,
    provider,
    any_value(inferred) AS ttl_class,
    any_value(logged) AS ttl_logged,
    sum(steps)::BIGINT AS steps,
    coalesce(sum(steps) FILTER (basis IS NULL), 0)::BIGINT AS unpriced_steps,
    sum(context_tokens) AS context_tokens,
    sum(read_tokens) AS read_tokens,
    sum(returning_tokens) AS returning_tokens,
    sum(all_1h_write_tokens) AS all_1h_write_tokens,
    sum(fresh_nano) AS fresh,
    sum(write_5m_nano + if(lifetime = '5m', write_unknown_nano, 0)) AS write_5m,
    sum(write_1h_nano + write_1h_open_nano + if(lifetime = '1h', write_unknown_nano + write_unknown_open_nano, 0)) AS write_1h,
    sum(if(lifetime = 'unknown', write_unknown_nano, 0)) AS write_unknown,
    sum(read_nano) AS read,
    sum(visible_nano) AS visible,
    sum(reasoning_nano) AS reasoning,
    fresh + write_5m + write_1h + write_unknown + read AS input,
    sum(fresh_nano + write_5m_nano + write_1h_nano + write_unknown_nano + read_nano - lifetime_input_nano) AS other_input,
    sum(write_1h_open_nano + taken_nano) AS judged_open,
    sum(write_1h_open_nano + write_unknown_open_nano + output_open_nano) AS open,
    sum(all_5m_nano) AS all_5m,
    sum(all_1h_nano) AS all_1h,
    sum(no_cache_nano) AS no_cache,
    sum(re_prefill_nano) AS re_prefill
  FROM judged
  GROUP BY session_id, provider
), totals AS (
  SELECT
    *,
    if(steps > unpriced_steps, 1e9, NULL) AS per_usd,
    input + visible + reasoning AS total_point
  FROM sums
)
SELECT
  session_id,
  provider,
  ttl_class,
  ttl_logged,
  steps,
  unpriced_steps,
  fresh / per_usd AS fresh_usd,
  write_5m / per_usd AS write_5m_usd,
  write_1h / per_usd AS write_1h_usd,
  write_unknown / per_usd AS write_unknown_usd,
  read / per_usd AS read_usd,
  visible / per_usd AS visible_usd,
  reasoning / per_usd AS reasoning_usd,
  (total_point - judged_open) / per_usd AS total_lo_usd,
  total_point / per_usd AS total_point_usd,
  (total_point - judged_open + open) / per_usd AS total_hi_usd,
  read_tokens / nullif(context_tokens, 0) AS hit_ratio,
  re_prefill / per_usd AS re_prefill_usd,
  input / per_usd AS input_observed_usd,
  (other_input + all_5m) / per_usd AS input_all_5m_usd,
  (other_input + all_1h) / per_usd AS input_all_1h_usd,
  no_cache / per_usd AS input_no_cache_usd,
  returning_tokens / nullif(returning_tokens + all_1h_write_tokens, 0) AS returning_share
FROM totals
