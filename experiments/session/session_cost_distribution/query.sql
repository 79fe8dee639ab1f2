-- uses: requests, request_steps, step_rates, step_cost
-- Tokens and cost per unit: a session, a request or a step.
--
-- Grain:   one row per scope and unit that it has.
-- Inputs:  rounds, requests, request_steps, step_rates, step_cost
-- Params:  $granularity  'session', 'request' or 'step'
-- A session is a conversation with a name. A request is one of a named session that got an answer after some time. Steps without a price
-- are left out; a request of such steps only is one that costs nothing.
-- Columns: scope         'merged', 'claude' or 'codex': the provider of the step, also within a session, or of the step that opened the request
--          unit          its first step
--          total_tokens, append_tokens, prefix_tokens, output_tokens, total_usd, append_usd, prefix_usd, output_usd
--                        append includes cache writes
WITH spent AS (
  SELECT
    round_pk,
    conversation_id,
    provider,
    fresh_tokens + cache_write_5m_tokens + cache_write_1h_tokens AS append_tokens,
    cache_read_tokens AS prefix_tokens,
    step_rates.output_tokens,
    fresh_nano + cache_write_5m_nano + cache_write_1h_nano AS append_nano,
    cache_read_nano AS prefix_nano,
    output_nano
  FROM rounds
  JOIN step_rates USING (round_pk)
  JOIN step_cost USING (round_pk)
  WHERE cost_nano IS NOT NULL
), counted_requests AS (
  SELECT opening_round_pk, provider
  FROM requests
  WHERE session_id <> '' AND response_us > 0
), conversations AS (
  SELECT conversation_id, min(round_pk) AS first_round_pk
  FROM rounds
  WHERE conversation_id <> ''
  GROUP BY conversation_id
), parts AS ( -- branches of other granularities are not computed
  SELECT first_round_pk AS unit, provider, append_tokens, prefix_tokens, output_tokens, append_nano, prefix_nano, output_nano
  FROM spent
  JOIN conversations USING (conversation_id)
  WHERE $granularity = 'session'
  UNION ALL
  SELECT opening_round_pk, counted_requests.provider, append_tokens, prefix_tokens, output_tokens, append_nano, prefix_nano, output_nano
  FROM spent
  JOIN request_steps USING (round_pk)
  JOIN counted_requests USING (opening_round_pk)
  WHERE $granularity = 'request'
  UNION ALL
  SELECT opening_round_pk, provider, 0, 0, 0, 0, 0, 0
  FROM counted_requests
  WHERE $granularity = 'request'
), units AS (
  SELECT
    if(grouping(provider) = 1, 'merged', provider) AS scope,
    unit,
    sum(append_tokens) AS append_tokens,
    sum(prefix_tokens) AS prefix_tokens,
    sum(output_tokens) AS output_tokens,
    sum(append_nano) AS append_nano,
    sum(prefix_nano) AS prefix_nano,
    sum(output_nano) AS output_nano
  FROM parts
  GROUP BY GROUPING SETS ((unit), (unit, provider))
  HAVING grouping(provider) = 1 OR provider IN ('claude', 'codex')
  UNION ALL
  SELECT scope, round_pk, append_tokens, prefix_tokens, output_tokens, append_nano, prefix_nano, output_nano
  FROM spent
  JOIN (VALUES ('merged', NULL), ('claude', 'claude'), ('codex', 'codex')) AS scopes (scope, of_provider) ON of_provider IS NULL OR of_provider = provider
  WHERE $granularity = 'step'
)
SELECT
  scope,
  unit,
  (append_tokens + prefix_tokens + output_tokens)::DOUBLE AS total_tokens,
  append_tokens::DOUBLE AS append_tokens,
  prefix_tokens::DOUBLE AS prefix_tokens,
  output_tokens::DOUBLE AS output_tokens,
  (append_nano + prefix_nano + output_nano) / 1e9 AS total_usd,
  append_nano / 1e9 AS append_usd,
  prefix_nano / 1e9 AS prefix_usd,
  output_nano / 1e9 AS output_usd
FROM units
