-- uses: kept_cache, step_rates, step_cost
-- Tokens and nano-dollars as observed, and as they would have been if the cache had outlived every pause before a user's message.
--
-- Grain:   one row per provider, NULL for steps without one.
-- Inputs:  rounds, kept_cache, step_rates, step_cost
-- Costs are over steps with a price.
-- Columns: provider
--          rounds, user_rounds, returns     steps; those that a user message begins; those of them that follow another step
--          reduced, increased               steps that append less, or more, with the cache kept
--          append_tokens, return_append_tokens, prefix_tokens   as observed; kept_…: with the cache kept
--          output_tokens, priced_rounds
--          input_nano, cost_nano            append and cache writes, all tokens, as observed; kept_…: with the cache kept
--          saving_rounds, saved_nano        steps that cost less with the cache kept, and how much less
--          gaps, gap_us                     known gaps before reduced steps
SELECT
  provider,
  count(*) AS rounds,
  count(*) FILTER (is_user) AS user_rounds,
  count(*) FILTER (is_return) AS returns,
  count(*) FILTER (moved_tokens > 0) AS reduced,
  count(*) FILTER (moved_tokens < 0) AS increased,
  sum(append_tokens) AS append_tokens,
  sum(kept_append_tokens) AS kept_append_tokens,
  sum(append_tokens) FILTER (is_return) AS return_append_tokens,
  sum(kept_append_tokens) FILTER (is_return) AS kept_return_append_tokens,
  sum(cache_read_tokens) AS prefix_tokens,
  sum(cache_read_tokens + moved_tokens) AS kept_prefix_tokens,
  sum(step_rates.output_tokens) AS output_tokens,
  count(cost_nano) AS priced_rounds,
  sum(fresh_nano + cache_write_5m_nano + cache_write_1h_nano) AS input_nano,
  sum(kept_input_nano) AS kept_input_nano,
  sum(cost_nano) AS cost_nano,
  sum(kept_nano) AS kept_nano,
  count(saved_nano) AS saving_rounds,
  sum(saved_nano) AS saved_nano,
  count(gap_us) FILTER (moved_tokens > 0) AS gaps,
  sum(gap_us) FILTER (moved_tokens > 0) AS gap_us
FROM rounds
JOIN step_rates USING (round_pk)
JOIN step_cost USING (round_pk)
JOIN kept_cache USING (round_pk)
GROUP BY provider
