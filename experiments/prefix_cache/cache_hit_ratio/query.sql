-- uses: step_times
-- How much of each step's input came from the prefix cache.
--
-- Grain:   one row per step with known prefix and append and a positive sum that begins with a user message or a tool result.
-- Inputs:  rounds, step_times
-- Columns: provider    NULL when unknown
--          trigger     user or tool_result by the step's first timing event (not first_input_event_type, which is
--                      missing on steps that do have events)
--          session_id
--          ratio       prefix divided by total input
--          steps, hits 1; 1 where more than 80% of the input is prefix, else 0
--          append_tokens, missed_append_tokens
--                      new input; the same where at most 40% of the input is prefix, else 0
SELECT
  provider,
  CASE first_event_type WHEN 'user_message' THEN 'user' ELSE 'tool_result' END AS trigger,
  prefix_tokens / (prefix_tokens + newly_append_tokens) AS ratio,
  session_id,
  1 AS steps,
  (ratio > 0.8)::INTEGER AS hits,
  newly_append_tokens AS append_tokens,
  if(ratio <= 0.4, newly_append_tokens, 0) AS missed_append_tokens
FROM rounds
JOIN step_times USING (round_pk)
WHERE prefix_tokens + newly_append_tokens > 0 AND first_event_type IN ('user_message', 'tool_result')
