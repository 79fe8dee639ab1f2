-- uses: result_costs
-- Results by size and by cost, in narrow bins.
--
-- Grain:   one row per provider, measure and bin that holds any result; those of unknown size or price are left out.
-- merge:   key(provider, measure, bin) sum(results, amount)
-- Columns: provider
--          measure   tokens (carried) or cost
--          bin       16 bins to a doubling; NULL: none
--          results
--          amount    of these, in millionths of tokens or thousandths of nano-dollars
WITH measured AS (
  SELECT provider, 'tokens' AS measure, round(carried_tokens * 1e6)::HUGEINT AS amount
  FROM result_costs
  WHERE NOT is_base
  UNION ALL
  SELECT provider, 'cost', round(cost_nano * 1e3)::HUGEINT
  FROM result_costs
  WHERE NOT is_base AND cost_nano IS NOT NULL
)
SELECT
  provider,
  measure,
  CASE WHEN amount > 0 THEN floor(16 * log2(amount)) END AS bin,
  count(*) AS results,
  sum(amount) AS amount
FROM measured
GROUP BY provider, measure, bin
ORDER BY provider, measure, bin NULLS FIRST
