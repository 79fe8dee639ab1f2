-- uses: step_cost, step_rates
-- What is billed at each rate, and the steps without a price.
--
-- Grain:   one row per provider, model, service as logged and rate.
-- Inputs:  rounds, round_details, step_cost, step_rates
-- Columns  provider, model   '<unknown-…>' when missing
--          service           speed and service tier as logged; NULL when neither is
--          rate_no           as in rates; NULL without a price
--          steps, input_tokens, output_tokens    cached or not; missing counts are 0
--          nano              what these steps cost, nano-dollars
SELECT
  coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
  coalesce(nullif(model, ''), '<unknown-model>') AS model,
  nullif(concat_ws(', ', speed, service_tier), '') AS service,
  rate_no,
  count(*) AS steps,
  sum(fresh_tokens + cache_read_tokens + step_rates.cache_write_5m_tokens + step_rates.cache_write_1h_tokens) AS input_tokens,
  sum(step_rates.output_tokens) AS output_tokens,
  coalesce(sum(cost_nano), 0) AS nano
FROM rounds
JOIN step_rates USING (round_pk)
JOIN step_cost USING (round_pk)
LEFT JOIN round_details USING (round_pk)
GROUP BY ALL
