-- Agent steps of Claude for which the three parts of the input are known: written to the cache, read from it, and neither.
-- Steps without one of the parts are removed before steps are paired, so they leave a gap in their session.
--
-- Grain:  one row per step of Claude with session, round index and all three parts, in file order.
-- Inputs: rounds
--
--   first_event              first_input_event_type; 'None' when unknown
--   neighbor                 as in steps.sql
--   uncached_tokens, creation_tokens, read_tokens    input past the cache, written to it, read from it
--   user_chars, tool_chars, raw_input_chars          characters of the incoming user messages, tool results, and both
--   previous_input_tokens, previous_output_tokens    whole input and output of the step before; 0 for the first
WITH steps AS (
  SELECT
    round_pk,
    session_id,
    round_index,
    coalesce(first_input_event_type, 'None') AS first_event,
    claude_uncached_input_tokens::DOUBLE AS uncached_tokens,
    claude_cache_creation_input_tokens::DOUBLE AS creation_tokens,
    claude_cache_read_input_tokens::DOUBLE AS read_tokens,
    coalesce(current_user_message_chars, 0)::DOUBLE AS user_chars,
    coalesce(current_tool_result_chars, 0)::DOUBLE AS tool_chars,
    coalesce(input_tokens_total, 0)::DOUBLE AS input_tokens,
    output_is_final,
    coalesce(output_tokens, 0)::DOUBLE AS output_tokens
  FROM rounds
  WHERE provider = 'claude' AND session_id IS NOT NULL AND round_index IS NOT NULL
    AND uncached_tokens IS NOT NULL AND creation_tokens IS NOT NULL AND read_tokens IS NOT NULL
)
SELECT
  first_event,
  CASE
    WHEN row_number() OVER in_session = 1 THEN 'first'
    WHEN round_index - lag(round_index) OVER in_session IS DISTINCT FROM 1 THEN 'apart'
    WHEN lag(output_is_final) OVER in_session THEN 'adjacent'
    ELSE 'unknown_output'
  END AS neighbor,
  uncached_tokens,
  creation_tokens,
  read_tokens,
  user_chars,
  tool_chars,
  user_chars + tool_chars AS raw_input_chars,
  lag(input_tokens, 1, 0) OVER in_session AS previous_input_tokens,
  lag(output_tokens, 1, 0) OVER in_session AS previous_output_tokens
FROM steps
WINDOW in_session AS (PARTITION BY session_id ORDER BY round_index, round_pk)
ORDER BY round_pk
