-- uses: result_costs, step_rates
-- Results above a size, by three ways to count their tokens.
--
-- Grain:   one row per provider with any result above the floor.
-- Params:  $floor         tokens
--          $thresholds    by provider: as in groups.sql, and what AgentWorkforce/burn compares characters / 4 with
-- merge:   key(provider) sum(at_4, measured, carried, oversized, burn_results, burn_nano)
-- Columns: provider
--          at_4, measured, carried   results above the floor by characters / 4, by measured characters per token, and by what the context grew by
--          oversized                 results whose carried tokens reach the threshold
--          burn_results, burn_nano   results above its threshold by characters / 4, and what one charge for them costs at the input rate
WITH large AS (
  SELECT
    result_costs.*,
    threshold,
    ceil(result_chars / 4) > burn_threshold AS is_burned,
    ceil(result_chars / 4)::BIGINT * input_rate // 1000 AS charge_nano
  FROM result_costs
  JOIN step_rates ON round_pk = into_round_pk
  JOIN (
    SELECT unnest(from_json($thresholds::VARCHAR, '[{"provider": "VARCHAR", "threshold": "DOUBLE", "burn_threshold": "DOUBLE"}]'), recursive := true)
  ) USING (provider)
  WHERE result_chars / 4 > $floor OR offered_tokens > $floor
)
SELECT
  provider,
  count(*) FILTER (result_chars / 4 > $floor) AS at_4,
  count(*) FILTER (offered_tokens > $floor) AS measured,
  count(*) FILTER (carried_tokens > $floor) AS carried,
  count(*) FILTER (carried_tokens >= threshold) AS oversized,
  count(*) FILTER (is_burned) AS burn_results,
  coalesce(sum(charge_nano) FILTER (is_burned), 0) AS burn_nano
FROM large
GROUP BY provider
ORDER BY provider
