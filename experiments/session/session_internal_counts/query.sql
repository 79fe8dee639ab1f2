-- uses: requests, step_tools
-- How much work each session holds.
--
-- Grain:   one row per session_id that is not empty.
-- Inputs:  rounds, requests, step_tools
-- Columns: session_id
--          provider      of the session's last step in the trace; NULL when that has none
--          requests      requests that got an answer after some time; one without is not counted
--          user_steps    agent steps whose first input is a user message
--          tool_steps    agent steps whose first input is a tool result
--          tool_calls    tool calls of its steps
WITH answered AS (
  SELECT session_id, count(*) AS requests
  FROM requests
  WHERE response_us > 0
  GROUP BY session_id
), sessions AS (
  SELECT
    session_id,
    arg_max_null(provider, round_pk) AS provider,
    count(*) FILTER (first_input_event_type = 'user_message') AS user_steps,
    count(*) FILTER (first_input_event_type = 'tool_result') AS tool_steps,
    sum(tool_calls) AS tool_calls
  FROM rounds
  JOIN step_tools USING (round_pk)
  WHERE session_id <> '' -- neither empty nor missing
  GROUP BY session_id
)
SELECT
  session_id,
  provider,
  coalesce(requests, 0)::DOUBLE AS requests,
  user_steps::DOUBLE AS user_steps,
  tool_steps::DOUBLE AS tool_steps,
  tool_calls::DOUBLE AS tool_calls
FROM sessions
LEFT JOIN answered USING (session_id)
