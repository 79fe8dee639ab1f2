-- uses: result_costs
-- Results by tool, server or target: tokens and costs.
--
-- Grain:   one row per provider and name; names beyond the $most most expensive ones are one group.
-- Params:  $by           as in results.sql
--          $thresholds   by provider: carried tokens from which a result is oversized
--          $most
-- merge:   key(provider, is_named, name) sum(results, errors, into_reset, oversized, unpriced, offered_micro, carried_micro, priced_micro, read_micro, cost_pico, error_micro, error_pico)
-- Columns: provider
--          is_named        false: all names beyond
--          name            as in results.sql; NULL: unknown, or all beyond
--          results, errors
--          into_reset      results that came with the first step after a reset, or at the start: their tokens are unknown
--          oversized
--          unpriced        results without a price
--          offered_micro, carried_micro   millionths of tokens
--          priced_micro    of those carried, the ones with a price
--          read_micro      these times the steps that read them, the first one included
--          cost_pico       what they cost, in thousandths of nano-dollars
--          error_micro, error_pico        tokens and costs of results that are errors
WITH named AS (
  SELECT
    result_costs.*,
    threshold,
    CASE $by
      WHEN 'tool' THEN tool
      WHEN 'server' THEN if(starts_with(tool, 'mcp__'), split_part(tool, '__', 2), 'built-in')
      ELSE target
    END AS name,
    round(offered_tokens * 1e6)::HUGEINT AS offered,
    round(carried_tokens * 1e6)::HUGEINT AS carried,
    round(cost_nano * 1e3)::HUGEINT AS pico
  FROM result_costs
  JOIN (SELECT unnest(from_json($thresholds::VARCHAR, '[{"provider": "VARCHAR", "threshold": "DOUBLE"}]'), recursive := true)) USING (provider)
  LEFT JOIN tool_inputs ON round_pk = call_round_pk AND tool_inputs.tool_index = result_costs.tool_index
), grouped AS (
  SELECT
    provider,
    name,
    count(*) AS results,
    count(*) FILTER (is_error) AS errors,
    count(*) FILTER (is_base) AS into_reset,
    count(*) FILTER (carried_tokens >= threshold) AS oversized,
    count(*) FILTER (cost_nano IS NULL) AS unpriced,
    sum(offered) AS offered_micro,
    sum(carried) AS carried_micro,
    coalesce(sum(carried) FILTER (cost_nano IS NOT NULL), 0) AS priced_micro,
    coalesce(sum(carried * (ride_steps + 1)) FILTER (cost_nano IS NOT NULL), 0) AS read_micro,
    coalesce(sum(pico), 0) AS cost_pico,
    coalesce(sum(carried) FILTER (is_error), 0) AS error_micro,
    coalesce(sum(pico) FILTER (is_error), 0) AS error_pico
  FROM named
  GROUP BY provider, name
), ranked AS (
  SELECT *, row_number() OVER (ORDER BY cost_pico DESC, carried_micro DESC, provider, name) <= $most AS is_named
  FROM grouped
)
SELECT
  provider,
  is_named,
  CASE WHEN is_named THEN name END AS name,
  sum(COLUMNS('results|errors|into_reset|oversized|unpriced|_micro|_pico'))
FROM ranked
GROUP BY ALL
ORDER BY provider, is_named, name NULLS FIRST
