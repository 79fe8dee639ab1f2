-- uses: context_parts, carried_results, steps, step_rates, transcript_steps
-- How the context of each step differs from that of the step before in its session, what drove the change, and what it costs.
--
-- Grain:  one row per row of `steps` (`round_pk`, unique).
-- Inputs: rounds and the relations above
-- Tokens of parts are allocated as in `context_parts`; money is in nano-dollars, DOUBLE, NULL without a price.
--
--   round_pk, session_id, provider, step, request_no   of `steps`
--   relation, agent_type    of its transcript; NULL when unknown
--   is_replayed             history that a child of Codex repeats: nobody waited for it
--   segment, is_base, ride_steps, grown_tokens, base_tokens, prior_output_tokens, result_tokens, user_tokens, client_tokens,
--   unexplained_tokens      of `context_parts`
--   prior_context_tokens    context of the step before; NULL at the first one
--   context_tokens
--   delta_tokens            what it changed by; the whole context at the first step
--   freed_tokens            what left it: the part by which it is smaller
--   driver                  its largest part: session_base, after_reset, tool_result, prior_output, user_message, client_message or
--                           unexplained; NULL where nothing was added. Of tool results those of one tool are compared
--   driver_tool             the tool, if tool_result
--   driver_tokens           of that part
--   clipped                 results and messages need more tokens by their characters than the context grew by
--   growth_nano             what grown_tokens cost until they leave the context
--   one_read_nano           one cache read of a positive delta at the price of this step, as other tools price it; 0 at the first step,
--                           which they leave out
WITH by_tool AS (
  SELECT into_round_pk AS round_pk, tool, sum(result_chars)::BIGINT AS chars
  FROM carried_results
  WHERE carried_tokens > 0
  GROUP BY into_round_pk, tool
), tools AS (
  SELECT round_pk, max(chars) / sum(chars) AS tool_share, min_by(tool, (-chars, tool)) AS largest_tool
  FROM by_tool
  GROUP BY round_pk
), compared AS (
  SELECT
    *,
    coalesce(result_tokens * tool_share, 0) AS tool_tokens,
    greatest(base_tokens, prior_output_tokens, tool_tokens, user_tokens, client_tokens, unexplained_tokens) AS most_tokens,
    CASE
      WHEN most_tokens = 0 THEN NULL
      WHEN base_tokens > 0 THEN if(segment = 0, 'session_base', 'after_reset')
      WHEN tool_tokens = most_tokens THEN 'tool_result'
      WHEN prior_output_tokens = most_tokens THEN 'prior_output'
      WHEN user_tokens = most_tokens THEN 'user_message'
      WHEN client_tokens = most_tokens THEN 'client_message'
      ELSE 'unexplained'
    END AS driver
  FROM context_parts
  LEFT JOIN tools USING (round_pk)
)
SELECT
  round_pk,
  compared.session_id,
  compared.provider,
  compared.step,
  compared.request_no,
  relation,
  agent_type,
  is_replayed,
  segment,
  is_base,
  ride_steps,
  grown_tokens,
  base_tokens,
  prior_output_tokens,
  result_tokens,
  user_tokens,
  client_tokens,
  unexplained_tokens,
  previous.context_tokens AS prior_context_tokens,
  compared.context_tokens,
  compared.context_tokens - coalesce(prior_context_tokens, 0) AS delta_tokens,
  greatest(-delta_tokens, 0) AS freed_tokens,
  driver,
  CASE WHEN driver = 'tool_result' THEN largest_tool END AS driver_tool,
  most_tokens AS driver_tokens,
  NOT is_base AND carried_share < 1 AS clipped,
  grown_tokens * rent_nano AS growth_nano,
  if(prior_context_tokens IS NULL, 0, greatest(delta_tokens, 0)) * cache_read_rate / 1000 AS one_read_nano
FROM compared
JOIN rounds USING (round_pk)
JOIN step_rates USING (round_pk)
LEFT JOIN steps AS previous ON previous.round_pk = compared.previous_round_pk
LEFT JOIN transcript_steps USING (round_pk)
