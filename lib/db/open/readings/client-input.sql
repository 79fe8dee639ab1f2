-- What the client's own messages are of the input of a step.
--
-- Grain: one row per step with such messages (`round_pk`, unique)
--   messages, chars         of them; a missing size is 0
--   first_input_event_type  of the step without them
SELECT
  round_pk,
  count(client_messages.event_index) AS messages,
  coalesce(sum(content_chars) FILTER (client_messages.event_index IS NOT NULL), 0)::BIGINT AS chars,
  arg_min(event_type, event_index) FILTER (
    client_messages.event_index IS NULL AND event_type IN ('user_message', 'tool_result')
  ) AS first_input_event_type
FROM stored.timing_events
LEFT JOIN counted.client_messages USING (round_pk, event_index)
WHERE round_pk IN (SELECT round_pk FROM counted.client_messages)
GROUP BY round_pk
ORDER BY round_pk
