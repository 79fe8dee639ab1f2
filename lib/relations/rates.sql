-- scope: pool
-- What tokens cost: the program binds $rates to what lib/trace/prices has for the steps of the pool. In the counted reading these are list
-- prices of the day with the user's own in their place, in the published one those of the published table.
--
-- Grain:  one row per provider, model, speed and service tier as logged, time and range of input. At most one row holds for a step;
--         none if it is unpriced.
-- Rates are millionths of a dollar per million tokens, whole numbers: 1000 of them are a nano-dollar per token.
--
--   rate_no                               of the row, from 1
--   provider, model, speed, service_tier  as in rounds and round_details, NULL included
--   from_us, to_us                        time at which the row holds, without to_us, in epoch microseconds; NULL: no limit
--   min_input_tokens, max_input_tokens    input, cached or not, for which it holds; no maximum: NULL
--   input_rate                            input that was neither read from the cache nor written to it
--   cache_read_rate                       input that the cache gave
--   cache_write_5m_rate                   writes for 5 minutes
--   cache_write_1h_rate                   writes for an hour
--   output_rate                           output, reasoning included
--   basis                                 listed, family (a guess by a part of the model's name) or override (of the user)
--   list_model                            name in the price list
--   source                                where the rates come from, for people
--   as_of                                 month of a list that has one price for all times; NULL: the list has dates
SELECT rate.*
FROM (
  SELECT unnest(from_json($rates::VARCHAR, '[{
    "rate_no": "BIGINT", "provider": "VARCHAR", "model": "VARCHAR", "speed": "VARCHAR", "service_tier": "VARCHAR",
    "from_us": "BIGINT", "to_us": "BIGINT", "min_input_tokens": "BIGINT", "max_input_tokens": "BIGINT",
    "input_rate": "BIGINT", "cache_read_rate": "BIGINT", "cache_write_5m_rate": "BIGINT", "cache_write_1h_rate": "BIGINT",
    "output_rate": "BIGINT", "basis": "VARCHAR", "list_model": "VARCHAR", "source": "VARCHAR", "as_of": "VARCHAR"
  }]')) AS rate
)
