-- uses: tool_latencies, delivered, rent, steps, logged_compactions
-- Tool results that a logged micro-compaction took out of the context, while others stayed.
--
-- Grain:  one row per such result that was still in the context (`call_round_pk, tool_index`, unique); the first micro-compaction counts.
-- Inputs: tool_latencies, delivered, rent, steps, logged_compactions
--
--   call_round_pk, tool_index   the call
--   cleared_round_pk            the first step without the result
--   steps_before                steps that read it again before that
--   spared_nano                 what one of its tokens would cost from then on, as `rent` has it, nano-dollars; NULL without a price
WITH listed AS (
  SELECT session_id, round_pk, unnest(string_split(tool_call_ids, ' ')) AS tool_call_id
  FROM logged_compactions
  WHERE kind = 'micro_compact' AND tool_call_ids <> '' AND round_pk IS NOT NULL
), cleared AS (
  SELECT session_id, tool_call_id, min(round_pk) AS cleared_round_pk
  FROM listed
  GROUP BY session_id, tool_call_id
), held AS (
  SELECT call_round_pk, delivered.tool_index, delivered.session_pk, into_round_pk, cleared_round_pk, gone.rent_nano
  FROM cleared
  JOIN tool_latencies AS call USING (session_id, tool_call_id)
  JOIN delivered ON call_round_pk = call.round_pk AND delivered.tool_index = call.tool_index
  JOIN rent AS entry ON entry.round_pk = into_round_pk
  JOIN rent AS gone ON gone.round_pk = cleared_round_pk AND gone.segment = entry.segment
  WHERE into_round_pk < cleared_round_pk
), contexts AS (
  SELECT round_pk, session_pk, context_tokens, lead(context_tokens) OVER (PARTITION BY session_pk ORDER BY round_pk) AS next_tokens
  FROM steps
  WHERE session_pk IN (SELECT session_pk FROM held)
)
SELECT
  call_round_pk,
  tool_index,
  cleared_round_pk,
  count(*) - 1 AS steps_before,
  list_product(list(CASE WHEN context_tokens > 0 THEN least(next_tokens / context_tokens, 1) ELSE 0 END ORDER BY round_pk)) * rent_nano AS spared_nano
FROM held
JOIN contexts USING (session_pk)
WHERE round_pk >= into_round_pk AND round_pk < cleared_round_pk
GROUP BY call_round_pk, tool_index, cleared_round_pk, rent_nano
