-- uses: context_parts, context_sources, carried_results, step_rates, transcript_steps
-- Where the tokens of all contexts come from, and what they cost until they leave; of tool results also by tool.
--
-- Grain:   one row per provider and source, and one per provider and tool (source tool_result).
-- Params:  $relation   only steps of transcripts of this relation; NULL: all
-- merge:   key(provider, source, tool) sum(steps, micro_tokens, unpriced_micro_tokens, rent_pico, one_read_pico)
-- Columns: provider, source, tool
--          steps                  steps that added such tokens
--          micro_tokens           millionths of tokens: allocated ones are not whole
--          unpriced_micro_tokens  those of them that have no price
--          rent_pico              what the others cost, in thousandths of nano-dollars
--          one_read_pico          one cache read of them at the price of their step
WITH chosen AS (
  SELECT
    round_pk,
    provider,
    rent_nano,
    cache_read_rate,
    context_sources.* EXCLUDE (round_pk, clears_results)
  FROM context_parts
  JOIN context_sources USING (round_pk)
  JOIN step_rates USING (round_pk)
  WHERE $relation::VARCHAR IS NULL OR round_pk IN (SELECT round_pk FROM transcript_steps WHERE relation = $relation)
), by_source AS (
  SELECT *
  FROM chosen
  UNPIVOT (tokens FOR source IN (session_base, after_reset, tool_result, prior_output, user_message, client_message, unexplained))
), parts AS (
  SELECT provider, source, NULL AS tool, round_pk, tokens, rent_nano, cache_read_rate
  FROM by_source
  UNION ALL
  SELECT chosen.provider, 'tool_result', tool, round_pk, carried_tokens, chosen.rent_nano, cache_read_rate
  FROM carried_results
  JOIN chosen ON round_pk = into_round_pk
)
SELECT
  provider,
  source,
  tool,
  CASE WHEN tool IS NULL THEN count(*) ELSE count(DISTINCT round_pk) FILTER (tool IS NOT NULL) END AS steps,
  sum(round(tokens * 1e6)::HUGEINT) AS micro_tokens,
  coalesce(sum(round(tokens * 1e6)::HUGEINT) FILTER (rent_nano IS NULL), 0) AS unpriced_micro_tokens,
  coalesce(sum(round(tokens * rent_nano * 1e3)::HUGEINT), 0) AS rent_pico,
  coalesce(sum(round(tokens * cache_read_rate)::HUGEINT), 0) AS one_read_pico
FROM parts
WHERE tokens > 0
GROUP BY provider, source, tool
ORDER BY provider, source, tool NULLS FIRST
