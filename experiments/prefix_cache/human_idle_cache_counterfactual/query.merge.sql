-- Tokens and dollars as observed, and as they would have been if the cache had outlived every pause before a user's message.
--
-- Grain:   one row per scope: 'merged' (all steps), 'claude', 'codex'.
-- Columns: those of human_idle_cache_counterfactual_summary.csv that are neither quantiles nor made from others; `counterfactual` is with
--          the cache kept
SELECT
  scope,
  coalesce(sum(rounds), 0) AS rounds,
  coalesce(sum(user_rounds), 0) AS user_rounds,
  coalesce(sum(returns), 0) AS user_rounds_with_predecessor,
  coalesce(sum(reduced), 0) AS user_rounds_reduced,
  coalesce(sum(increased), 0) AS user_rounds_increased,
  coalesce(sum(append_tokens), 0)::DOUBLE AS observed_append_tokens,
  coalesce(sum(kept_append_tokens), 0)::DOUBLE AS counterfactual_append_tokens,
  coalesce(sum(return_append_tokens), 0)::DOUBLE AS observed_user_append_tokens,
  coalesce(sum(kept_return_append_tokens), 0)::DOUBLE AS counterfactual_user_append_tokens,
  coalesce(sum(prefix_tokens), 0)::DOUBLE AS observed_prefix_tokens,
  coalesce(sum(kept_prefix_tokens), 0)::DOUBLE AS counterfactual_prefix_tokens,
  coalesce(sum(output_tokens), 0)::DOUBLE AS output_tokens,
  coalesce(sum(priced_rounds), 0) AS priced_rounds,
  coalesce(sum(rounds - priced_rounds), 0) AS unpriced_rounds,
  coalesce(sum(input_nano), 0) / 1e9 AS observed_input_cost_usd,
  coalesce(sum(kept_input_nano), 0) / 1e9 AS counterfactual_input_cost_usd,
  coalesce(sum(cost_nano), 0) / 1e9 AS observed_total_cost_usd,
  coalesce(sum(kept_nano), 0) / 1e9 AS counterfactual_total_cost_usd,
  coalesce(sum(saving_rounds), 0) AS cost_saved_per_reduced_step_samples,
  sum(saved_nano) / 1e9 / nullif(sum(saving_rounds), 0) AS cost_saved_per_reduced_step_avg_usd,
  coalesce(sum(gaps), 0) AS idle_gap_per_reduced_step_samples,
  sum(gap_us) / 1e6 / nullif(sum(gaps), 0) AS idle_gap_per_reduced_step_avg_seconds
FROM (VALUES ('merged', 1), ('claude', 2), ('codex', 3)) AS scopes (scope, place)
LEFT JOIN parts ON scope IN ('merged', provider)
GROUP BY scope, place
ORDER BY place
