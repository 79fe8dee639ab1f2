-- uses: step_times, dated_steps, step_rates, cost_range, step_cost
-- merge: key(day, provider, model, project, basis)
-- merge: sum(steps, final_steps, fresh_tokens, cache_write_5m_tokens, cache_write_1h_tokens, cache_read_tokens, output_tokens, fresh_nano,
--   cache_write_5m_nano, cache_write_1h_nano, cache_read_nano, output_nano, cost_nano, no_cache_nano, high_nano)
-- What the steps of each day cost, by component.
--
-- Grain:   one row per day, provider, model, project and basis of the price.
-- Inputs:  rounds, the relations above
-- Money is in nano-dollars, 0 without a price.
-- Columns: day            days since 1970-01-01 in UTC, by the earliest event of the step, years 1 to 9999; NULL without a time
--          provider, model   '<unknown-provider>', '<unknown-model>' when missing
--          project        as in dated_steps; NULL when unknown
--          basis          where the price is from; NULL without one
--          steps, final_steps   all, and those whose logged output is final
--          fresh_, cache_write_5m_, cache_write_1h_, cache_read_, output_   each _tokens and _nano, as billed: see step_rates and step_cost
--          cost_nano      their sum
--          no_cache_nano  all input at the rate of fresh input
--          high_nano      the most they can cost: see cost_range
WITH steps AS (
  SELECT
    CASE WHEN first_us BETWEEN epoch_us(TIMESTAMP '0001-01-01') AND epoch_us(TIMESTAMP '9999-12-31') THEN first_us // 86400000000 END AS day,
    coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
    coalesce(nullif(model, ''), '<unknown-model>') AS model,
    nullif(dated_steps.project, '') AS project,
    step_cost.* EXCLUDE (round_pk),
    step_rates.fresh_tokens,
    step_rates.cache_write_5m_tokens,
    step_rates.cache_write_1h_tokens,
    step_rates.cache_read_tokens,
    step_rates.output_tokens,
    (fresh_tokens + cache_write_5m_tokens + cache_write_1h_tokens + cache_read_tokens) * input_rate + 500 AS no_cache,
    if(no_cache < 9e18::HUGEINT, no_cache::BIGINT // 1000, no_cache // 1000) AS no_cache_nano, -- as in step_cost
    output_is_final,
    high_nano
  FROM rounds
  JOIN step_times USING (round_pk)
  JOIN dated_steps USING (round_pk)
  JOIN step_rates USING (round_pk)
  JOIN step_cost USING (round_pk)
  JOIN cost_range USING (round_pk)
)
SELECT
  day,
  provider,
  model,
  project,
  basis,
  count(*) AS steps,
  count(*) FILTER (output_is_final) AS final_steps,
  coalesce(sum(COLUMNS('^(.*_(tokens|nano))$')), 0) AS "\1"
FROM steps
GROUP BY day, provider, model, project, basis
ORDER BY day NULLS FIRST, provider, model, project NULLS FIRST, basis NULLS FIRST
