-- uses: helpers
-- What each helper took, did and gave back, with flags.
--
-- Grain:  one row per helper, the most expensive first.
-- Params: $heavy     a context of so many tokens is heavy
--         $small     an output of fewer tokens is small
--         $min_nano  a helper that cost less, in nano-dollars, is never too expensive
--         $input_rate, $cache_read_rate, $cache_write_5m_rate, $cache_write_1h_rate, $output_rate
--                    of the family below the premium ones; the unit is that of `rates`
-- scope: pool
WITH judged AS (
  SELECT
    *,
    regexp_matches(lower(model), 'opus|fable|mythos') AS is_premium,
    fresh_tokens * $input_rate + cache_read_tokens * $cache_read_rate + cache_write_5m_tokens * $cache_write_5m_rate
    + cache_write_1h_tokens * $cache_write_1h_rate + output_tokens * $output_rate AS tier_down,
    cost_nano >= $min_nano AS is_worth_it
  FROM helpers
), flagged AS (
  SELECT
    *,
    array_to_string(list_filter([
      CASE WHEN first_context_tokens >= $heavy THEN 'heavy_brief' END,
      CASE WHEN peak_context_tokens >= $heavy AND written_tokens < $small THEN 'big_read_small_answer' END,
      CASE WHEN balance_nano < 0 AND is_worth_it THEN 'costlier_than_inline' END,
      CASE WHEN is_premium AND calls <= 5 AND written_tokens < $small THEN 'premium_light' END,
      CASE WHEN call_failed OR ends_failing THEN 'failed' END
    ], lambda flag: flag IS NOT NULL), ';') AS flags,
    array_to_string(list_filter([
      CASE WHEN is_premium AND is_worth_it THEN 'over_powered' END,
      CASE WHEN context_tokens >= $heavy AND output_tokens < $small AND is_worth_it THEN 'over_provisioned' END
    ], lambda flag: flag IS NOT NULL), ';') AS tokenjam_flags
  FROM judged
)
SELECT
  caller_session_id AS root_session,
  parent_session_id AS parent_session,
  session_id AS session,
  helper_depth AS depth,
  link_basis,
  call_basis,
  agent_type,
  provider,
  model,
  steps,
  unpriced_steps,
  calls,
  errors,
  first_context_tokens,
  peak_context_tokens,
  context_tokens AS input_billed_tokens,
  output_tokens,
  cost_nano / 1e9 AS cost_usd,
  (to_us - from_us) / 1e6 AS wall_s,
  generation_us / 1e6 AS generation_s,
  prompt_chars,
  returned_chars,
  context_tokens / nullif(returned_tokens, 0) AS leverage,
  balance_nano / 1e9 AS rent_saved_usd,
  CASE WHEN is_premium AND provider = 'claude' THEN tier_down / 1e12 END AS one_tier_down_usd,
  nullif(flags, '') AS flags,
  CASE WHEN flags <> '' THEN cost_nano / 1e9 END AS flagged_usd,
  nullif(tokenjam_flags, '') AS tokenjam_flags
FROM flagged
ORDER BY cost_nano DESC NULLS LAST, session_id
