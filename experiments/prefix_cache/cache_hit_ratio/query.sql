-- uses: step_times
-- How much of each step's input came from the prefix cache.
--
-- Grain:   one row per step with known prefix and append and a positive sum, in file order.
-- Inputs:  rounds, step_times
-- Columns: provider         NULL when unknown
--          trigger          user or tool_result by the step's first timing event (not first_input_event_type, which is
--                           missing on steps that do have events); NULL for anything else
--          prefix_tokens    read from the cache
--          append_tokens    new input
SELECT
  provider,
  CASE first_event_type WHEN 'user_message' THEN 'user' WHEN 'tool_result' THEN 'tool_result' END AS trigger,
  prefix_tokens,
  newly_append_tokens AS append_tokens
FROM rounds
JOIN step_times USING (round_pk)
WHERE prefix_tokens + newly_append_tokens > 0
ORDER BY round_pk -- sums of ratios depend on it in their last digits
