-- uses: request_costs, request_spans, steps
-- The requests of a session.
--
-- Grain:   one row per request, in order; columns as in the relation request_costs, money in nano-dollars.
-- Params:  $session   its id
-- Columns: messages, message_chars   user messages of all its steps, and their characters
--          human_us                  time in which the agent waited for a person
WITH asked AS (
  SELECT request_no, sum(current_user_message_count)::BIGINT AS messages, sum(user_message_chars)::BIGINT AS message_chars
  FROM steps
  JOIN rounds USING (round_pk, session_id)
  WHERE session_id = $session
  GROUP BY request_no
), waited AS (
  SELECT request_no, sum(human_us)::BIGINT AS human_us
  FROM request_spans
  WHERE session_pk = (SELECT any_value(session_pk) FROM steps WHERE session_id = $session)
  GROUP BY request_no
)
SELECT
  request_no,
  coalesce(messages, 0) AS messages,
  message_chars,
  start_us,
  end_us,
  steps,
  calls,
  errors,
  unknown_calls,
  rework_loops,
  has_edit,
  coalesce(human_us, 0) AS human_us,
  input_tokens + output_tokens AS tokens,
  cost_nano::BIGINT AS cost_nano,
  unpriced_steps,
  repair_steps,
  repair_tokens,
  repair_nano::BIGINT AS repair_nano
FROM request_costs
JOIN asked USING (request_no)
LEFT JOIN waited USING (request_no)
WHERE session_id = $session
ORDER BY request_no
