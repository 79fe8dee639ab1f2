-- uses: result_costs
-- What is above a cap on the size of results.
--
-- Grain:   one row per provider and cap with any result above it.
-- Params:  $caps   list of tokens
-- merge:   key(provider, cap_tokens) sum(results, micro, saved_pico)
-- Columns: provider, cap_tokens
--          results      larger ones, by carried tokens
--          micro        millionths of tokens above the cap
--          saved_pico   what these cost, in thousandths of nano-dollars; 0 without a price
WITH caps AS (
  SELECT unnest(from_json($caps::VARCHAR, '["BIGINT"]')) AS cap_tokens
)
SELECT
  provider,
  cap_tokens,
  count(*) AS results,
  sum(round((carried_tokens - cap_tokens) * 1e6)::HUGEINT) AS micro,
  coalesce(sum(round(cost_nano * (carried_tokens - cap_tokens) / carried_tokens * 1e3)::HUGEINT), 0) AS saved_pico
FROM result_costs
JOIN caps ON carried_tokens > cap_tokens
GROUP BY ALL
ORDER BY ALL
