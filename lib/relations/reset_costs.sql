-- uses: context_use, step_cost, step_rates
-- What resets of the context free, and what the step after costs more or less than going on with the whole context.
--
-- Grain:  one row per step that begins with a reset (`round_pk`, unique).
-- Inputs: round_details, context_use, step_cost, step_rates
-- Money is in whole nano-dollars, NULL without a price.
--
--   round_pk, session_id, provider, step   the first step after the reset
--   known_from, reset_trigger              `reset` and `reset_trigger` of `context_use`
--   model_before, logged_window_before     of the step before
--   tokens_before, tokens_after            context of the step before, of this one
--   freed_tokens                           tokens_before - tokens_after
--   steps_after                            later steps of the session
--   cache_miss_reason                      as logged for this step
--   reset_nano                             billed input of this step, less what reading tokens_before from the cache costs
--   saved_nano                             cost of reading freed_tokens from the cache
WITH resets AS (
  SELECT
    after.*,
    before.model AS model_before,
    before.logged_window_tokens AS logged_window_before
  FROM context_use AS after
  JOIN context_use AS before ON before.round_pk = after.previous_round_pk
  WHERE after.reset IS NOT NULL
)
SELECT
  round_pk,
  session_id,
  provider,
  step,
  reset AS known_from,
  reset_trigger,
  model_before,
  logged_window_before,
  previous_context_tokens AS tokens_before,
  context_tokens AS tokens_after,
  tokens_before - tokens_after AS freed_tokens,
  steps_after,
  cache_miss_reason,
  cost_nano - output_nano - (tokens_before * cache_read_rate + 500) // 1000 AS reset_nano,
  (freed_tokens * cache_read_rate + 500) // 1000 AS saved_nano
FROM resets
JOIN step_cost USING (round_pk)
JOIN step_rates USING (round_pk)
LEFT JOIN round_details USING (round_pk)
