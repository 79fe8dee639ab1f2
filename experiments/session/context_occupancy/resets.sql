-- uses: reset_costs
-- What resets of the context free, and what they cost.
--
-- Grain:   one row per reset, in file order.
-- merge:   all by round_pk
-- Params:  $windows       as in steps.sql
-- Columns: round_pk, provider, session_id, step, known_from, tokens_before, tokens_after, freed_tokens, cache_miss_reason
--                         as in reset_costs
--          trigger        as logged; NULL: not logged
--          window_tokens  before the reset, as in steps.sql; NULL: unknown
--          occupancy      tokens_before / window_tokens
--          kept_share     tokens_after / tokens_before
--          reset_cost_usd, saved_per_step_usd   reset_nano and saved_nano
--          payback_steps  steps until what is saved has paid for the reset; 0: it costs nothing; NULL: no price, or nothing is saved
--          steps_until_end
--          paid_back      payback_steps <= steps_until_end
WITH windows AS (
  SELECT unnest(from_json($windows::VARCHAR, '[{"provider": "VARCHAR", "model": "VARCHAR", "given_tokens": "BIGINT", "listed_tokens": "BIGINT"}]'), recursive := true)
)
SELECT
  round_pk,
  reset_costs.provider,
  session_id,
  step,
  known_from,
  reset_trigger AS trigger,
  coalesce(given_tokens, logged_window_before, listed_tokens) AS window_tokens,
  tokens_before,
  tokens_after,
  freed_tokens,
  tokens_before / window_tokens AS occupancy,
  tokens_after / nullif(tokens_before, 0) AS kept_share,
  reset_nano / 1e9 AS reset_cost_usd,
  saved_nano / 1e9 AS saved_per_step_usd,
  CASE WHEN reset_nano <= 0 THEN 0 WHEN saved_nano > 0 THEN reset_nano / saved_nano END AS payback_steps,
  steps_after AS steps_until_end,
  payback_steps <= steps_until_end AS paid_back,
  cache_miss_reason
FROM reset_costs
JOIN windows ON windows.provider = reset_costs.provider AND windows.model = model_before
ORDER BY round_pk
