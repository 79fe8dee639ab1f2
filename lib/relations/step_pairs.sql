-- Agent steps of Claude and Codex with the tokens of the step before them in the session.
--
-- Grain:  one row per step of either provider with session and round index (`round_pk`, unique).
-- Inputs: rounds
-- A session is (provider, session_id). Its steps are ordered by round index, then file order. Missing numbers count as 0.
--
--   round_pk, provider   the step; `claude` or `codex`
--   session_pk           first step of its session
--   first_event          first_input_event_type; 'None' when unknown
--   neighbor             'adjacent' if the step before has the round index just below, 'unknown_output' if it has that but its
--                        output count is not final, 'apart' if it has another index, 'first' if there is none
--   prefix_tokens, append_tokens, input_tokens          cached, new and whole input (its own column, not their sum)
--   user_chars, tool_chars, raw_input_chars             characters of the incoming user messages, tool results, and both
--   previous_model                                      NULL when unknown
--   previous_input_tokens, previous_output_tokens       whole input and output of the step before; 0 for the first
--   previous_visible_tokens, previous_reasoning_tokens  parts of that output; Claude does not report reasoning separately
WITH named AS (
  SELECT provider, session_id, min(round_pk) AS session_pk -- compared faster than two texts
  FROM rounds
  GROUP BY provider, session_id
), steps AS (
  SELECT
    round_pk,
    provider,
    session_pk,
    round_index,
    model,
    coalesce(first_input_event_type, 'None') AS first_event,
    coalesce(prefix_tokens, 0) AS prefix_tokens,
    coalesce(newly_append_tokens, 0) AS append_tokens,
    coalesce(input_tokens_total, 0) AS input_tokens,
    output_is_final,
    coalesce(output_tokens, 0) AS output_tokens,
    coalesce(reasoning_output_tokens, 0) AS reasoning_tokens,
    coalesce(current_user_message_chars, 0) AS user_chars,
    coalesce(current_tool_result_chars, 0) AS tool_chars
  FROM rounds
  JOIN named USING (provider, session_id)
  WHERE provider IN ('claude', 'codex') AND session_id IS NOT NULL AND round_index IS NOT NULL
), split_steps AS (
  SELECT *, CASE provider WHEN 'codex' THEN greatest(0, output_tokens - reasoning_tokens) ELSE output_tokens END AS visible_tokens
  FROM steps
)
SELECT
  round_pk,
  session_pk,
  provider,
  first_event,
  CASE
    WHEN row_number() OVER in_session = 1 THEN 'first'
    WHEN round_index - lag(round_index) OVER in_session IS DISTINCT FROM 1 THEN 'apart'
    WHEN lag(output_is_final) OVER in_session THEN 'adjacent'
    ELSE 'unknown_output'
  END AS neighbor,
  prefix_tokens,
  append_tokens,
  input_tokens,
  user_chars,
  tool_chars,
  user_chars + tool_chars AS raw_input_chars,
  lag(model) OVER in_session AS previous_model,
  lag(input_tokens, 1, 0) OVER in_session AS previous_input_tokens,
  lag(output_tokens, 1, 0) OVER in_session AS previous_output_tokens,
  lag(visible_tokens, 1, 0) OVER in_session AS previous_visible_tokens,
  lag(reasoning_tokens, 1, 0) OVER in_session AS previous_reasoning_tokens
FROM split_steps
WINDOW in_session AS (PARTITION BY session_pk ORDER BY round_index, round_pk)
