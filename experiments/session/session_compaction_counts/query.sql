-- Sharp falls of the total input between neighboring steps of a session, with what is needed to judge each.
--
-- Grain:   one row per step whose input begins with a user message or a tool result and whose total input is at least
--          $min_drop_tokens below that of the step before it in the session; sessions by name, steps in file order.
-- Inputs:  rounds. A session is one session_id that is not empty.
-- Columns (tokens; total input = prefix + append, 0 when either is missing)
--          session_id
--          trigger               its first_input_event_type
--          previous_tokens       total input of the step before
--          tokens                total input of the step
--          session_max_tokens    largest total input of the session
--          following_max_tokens  largest total input of the next $rebound_steps steps; NULL when none follows or none is asked for
WITH steps AS (
  SELECT
    session_id,
    round_pk,
    first_input_event_type,
    coalesce(prefix_tokens + newly_append_tokens, 0) AS tokens
  FROM rounds
  WHERE session_id <> ''
), neighbors AS (
  SELECT
    session_id,
    round_pk,
    first_input_event_type AS trigger,
    tokens,
    lag(tokens) OVER session_order AS previous_tokens,
    max(tokens) OVER (PARTITION BY session_id) AS session_max_tokens,
    max(tokens) OVER (
      PARTITION BY session_id ORDER BY round_pk ROWS BETWEEN 1 FOLLOWING AND $rebound_steps::BIGINT FOLLOWING
    ) AS following_max_tokens
  FROM steps
  WINDOW session_order AS (PARTITION BY session_id ORDER BY round_pk)
)
SELECT session_id, trigger, previous_tokens, tokens, session_max_tokens, following_max_tokens
FROM neighbors
WHERE trigger IN ('user_message', 'tool_result') AND previous_tokens - tokens >= $min_drop_tokens
ORDER BY session_id, round_pk
