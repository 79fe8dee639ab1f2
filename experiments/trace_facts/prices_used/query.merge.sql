-- uses: rates
-- Every rate that some step of the pool is billed at, and the steps without a price.
--
-- Grain:   one row per provider, model, service as logged and rate, the most expensive first; steps without a price last.
-- Columns  provider, model, service, steps, input_tokens, output_tokens   as in query.sql
--          list_model              the price list's name for the model
--          from_day, to_day        days in UTC on which the rate begins and is over; NULL: no limit
--          min_input_tokens, max_input_tokens    input of a step for which it holds; NULL: no limit
--          input_usd … output_usd  USD per million tokens
--          basis, source           as in rates
--          usd                     what these steps cost
-- From list_model to source all are NULL for steps without a price.
WITH billed AS (
  SELECT provider, model, service, rate_no, sum(COLUMNS(['steps', 'input_tokens', 'output_tokens', 'nano']))
  FROM parts
  GROUP BY ALL
)
SELECT
  billed.provider,
  billed.model,
  service,
  list_model,
  strftime(make_timestamp(from_us), '%Y-%m-%d') AS from_day,
  strftime(make_timestamp(to_us), '%Y-%m-%d') AS to_day,
  nullif(min_input_tokens, 0) AS min_input_tokens,
  max_input_tokens,
  input_rate / 1e6 AS input_usd,
  cache_read_rate / 1e6 AS cache_read_usd,
  cache_write_5m_rate / 1e6 AS cache_write_5m_usd,
  cache_write_1h_rate / 1e6 AS cache_write_1h_usd,
  output_rate / 1e6 AS output_usd,
  basis,
  source,
  steps::BIGINT AS steps,
  input_tokens::DOUBLE AS input_tokens,
  output_tokens::DOUBLE AS output_tokens,
  nano / 1e9 AS usd
FROM billed
LEFT JOIN rates USING (rate_no)
ORDER BY basis IS NULL, nano DESC, steps DESC, billed.provider, billed.model, service, rate_no
