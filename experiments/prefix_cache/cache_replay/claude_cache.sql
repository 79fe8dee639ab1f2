-- Agent steps of Claude for which the three parts of the input are known: written to the cache, read from it, and neither.
-- Steps without one of the parts are removed before steps are paired, so they leave a gap in their session. A _pair_ is a step and
-- the one with the round index just below, if the output of that one is known.
--
-- Grain:  one row per step of Claude with session, round index and all three parts, and part of the analysis that it takes part in.
-- Inputs: rounds
--
--   part, key       `all`; `event`, by first_input_event_type ('None' when unknown), for pairs; `tool_chars` and `user_chars`, by the
--                   characters from which an input is long; `short`, for pairs, by what is short
-- Numbers are NULL in the parts of the analysis that don't use them:
--   is_apart                                         all: 1 if the step before has another round index than the one just below
--   read_error                                       all, pairs: tokens read from the cache minus the whole input before
--   creation_error, covers                           all and event, pairs: tokens written to the cache minus the output before; 1 if not negative
--   creation_tokens, uncached_tokens, read_tokens    long: input written to the cache, past it, read from it
--   raw_input_chars                                  long and short: characters of the incoming user messages and tool results
--   previous_output_tokens                           short: output of the step before
--   new_tokens, signed_tokens, clamped_tokens        short: input not read from the cache; minus the output before; that, at least 0
--   is_negative                                      short: 1 if signed_tokens is
WITH steps AS (
  SELECT
    round_pk,
    session_id,
    round_index,
    coalesce(first_input_event_type, 'None') AS first_event,
    claude_uncached_input_tokens AS uncached_tokens,
    claude_cache_creation_input_tokens AS creation_tokens,
    claude_cache_read_input_tokens AS read_tokens,
    coalesce(current_user_message_chars, 0) AS user_chars,
    coalesce(current_tool_result_chars, 0) AS tool_chars,
    coalesce(input_tokens_total, 0) AS input_tokens,
    output_is_final,
    coalesce(output_tokens, 0) AS output_tokens
  FROM rounds
  WHERE provider = 'claude' AND session_id IS NOT NULL AND round_index IS NOT NULL
    AND uncached_tokens IS NOT NULL AND creation_tokens IS NOT NULL AND read_tokens IS NOT NULL
), neighbors AS (
  SELECT
    *,
    user_chars + tool_chars AS raw_input_chars,
    (lag(round_pk) OVER in_session IS NOT NULL AND round_index - lag(round_index) OVER in_session IS DISTINCT FROM 1)::INTEGER AS is_apart,
    coalesce(round_index - lag(round_index) OVER in_session = 1 AND lag(output_is_final) OVER in_session, false) AS is_pair,
    lag(input_tokens) OVER in_session AS previous_input_tokens,
    lag(output_tokens) OVER in_session AS previous_output_tokens
  FROM steps
  WINDOW in_session AS (PARTITION BY session_id ORDER BY round_index, round_pk)
), placed AS (
  SELECT *, unnest(list_concat(
    [{part: 'all', key: ''}],
    if(is_pair, [{part: 'event', key: first_event}], []),
    list_transform(list_filter([10000, 50000, 100000, 500000], lambda chars: tool_chars >= chars), lambda chars: {part: 'tool_chars', key: chars::VARCHAR}),
    list_transform(list_filter([1000, 5000, 10000, 50000], lambda chars: user_chars >= chars), lambda chars: {part: 'user_chars', key: chars::VARCHAR}),
    if(is_pair AND raw_input_chars <= 100, [{part: 'short', key: '<=100'}], []),
    if(is_pair AND raw_input_chars <= 50 AND first_event = 'user_message', [{part: 'short', key: 'user_message<=50'}], []),
    if(is_pair AND raw_input_chars <= 100 AND first_event = 'tool_result', [{part: 'short', key: 'tool_result<=100'}], [])
  ), recursive := true)
  FROM neighbors
), differences AS (
  SELECT
    *,
    CASE WHEN is_pair AND part IN ('all', 'event') THEN creation_tokens - previous_output_tokens END AS creation_error,
    CASE WHEN part = 'short' THEN uncached_tokens + creation_tokens END AS new_tokens,
    new_tokens - previous_output_tokens AS signed_tokens
  FROM placed
)
SELECT
  part,
  key,
  CASE WHEN part = 'all' THEN is_apart END AS is_apart,
  CASE WHEN part = 'all' AND is_pair THEN read_tokens - previous_input_tokens END AS read_error,
  creation_error,
  (creation_error >= 0)::INTEGER AS covers,
  CASE WHEN part IN ('tool_chars', 'user_chars') THEN COLUMNS(['creation_tokens', 'uncached_tokens', 'read_tokens']) END,
  CASE WHEN part IN ('tool_chars', 'user_chars', 'short') THEN raw_input_chars END AS raw_input_chars,
  CASE WHEN part = 'short' THEN previous_output_tokens END AS previous_output_tokens,
  new_tokens,
  signed_tokens,
  CASE WHEN signed_tokens IS NOT NULL THEN greatest(0, signed_tokens) END AS clamped_tokens,
  (signed_tokens < 0)::INTEGER AS is_negative
FROM differences
