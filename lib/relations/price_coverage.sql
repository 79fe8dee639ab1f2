-- uses: step_cost, step_rates
-- How many steps have a price, and where it comes from: what must be said wherever money is shown.
--
-- Grain:  one row per provider, model, basis of the price and month.
--
--   provider, model   as in rounds, NULL included
--   basis             listed, family (a guess by a part of the model's name) or override (of the user); NULL without a price
--   as_of             month of the price list; NULL without a price, or at the prices of each step's day
--   steps             steps
--   input_tokens      cached or not; missing and negative counts are 0 here and below
--   output_tokens     reasoning included
--   cost_nano         cost of the steps in nano-dollars; 0 without a price
SELECT
  provider,
  model,
  step_cost.basis,
  as_of,
  count(*) AS steps,
  sum(fresh_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens) AS input_tokens,
  sum(step_rates.output_tokens) AS output_tokens,
  coalesce(sum(cost_nano), 0) AS cost_nano
FROM rounds
JOIN step_rates USING (round_pk)
JOIN step_cost USING (round_pk)
GROUP BY ALL
ORDER BY ALL
