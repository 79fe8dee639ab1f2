-- uses: response_holders, step_cost
-- scope: pool (copies of a response may be in two conversations)
-- Steps, tokens and cost, and how many of them repeat a response that the pool already has.
--
-- Grain:   one row per provider and relation of the transcript, and one per provider for all relations.
-- Inputs:  stored.rounds, response_holders, step_cost
-- A copy that the reading leaves out costs what the step that holds its response does.
-- Columns  provider              `<unknown-provider>` when missing
--          relation              of the transcript to others; `all` for all of them
--          steps                 all steps
--          prefix_tokens, append_tokens, output_tokens    missing ones count as 0; cache writes are part of append
--          cost_usd              of the steps with a price
--          unpriced_steps        steps without one
--          copy_…                the same of the steps that repeat a response
--          own_session_copies    those whose own session already has it
WITH priced AS (
  SELECT
    provider,
    relation,
    response,
    is_copy,
    of_own_session,
    coalesce(prefix_tokens, 0) AS prefix,
    coalesce(newly_append_tokens, 0) AS append,
    coalesce(output_tokens, 0) AS output,
    step_cost.round_pk IS NULL AS is_left_out,
    cost_nano
  FROM stored.rounds
  JOIN response_holders USING (round_pk)
  LEFT JOIN step_cost USING (round_pk)
), holders AS (
  SELECT provider, response, cost_nano AS holder_nano
  FROM priced
  WHERE response IS NOT NULL AND NOT is_copy
), steps AS (
  SELECT priced.* EXCLUDE (provider), coalesce(priced.provider, '<unknown-provider>') AS provider, if(is_left_out, holder_nano, cost_nano) AS nano
  FROM priced
  LEFT JOIN holders ON holders.response = priced.response AND holders.provider IS NOT DISTINCT FROM priced.provider
)
SELECT
  provider,
  if(grouping(relation) = 1, 'all', relation) AS relation,
  count(*) AS steps,
  sum(prefix)::DOUBLE AS prefix_tokens,
  sum(append)::DOUBLE AS append_tokens,
  sum(output)::DOUBLE AS output_tokens,
  coalesce(sum(nano), 0) / 1e9 AS cost_usd,
  count(*) FILTER (nano IS NULL) AS unpriced_steps,
  count(*) FILTER (is_copy) AS copy_steps,
  coalesce(sum(prefix) FILTER (is_copy), 0)::DOUBLE AS copy_prefix_tokens,
  coalesce(sum(append) FILTER (is_copy), 0)::DOUBLE AS copy_append_tokens,
  coalesce(sum(output) FILTER (is_copy), 0)::DOUBLE AS copy_output_tokens,
  coalesce(sum(nano) FILTER (is_copy), 0) / 1e9 AS copy_cost_usd,
  count(*) FILTER (is_copy AND nano IS NULL) AS copy_unpriced_steps,
  count(*) FILTER (of_own_session) AS own_session_copies
FROM steps
GROUP BY GROUPING SETS ((provider, relation), (provider))
ORDER BY provider, relation
