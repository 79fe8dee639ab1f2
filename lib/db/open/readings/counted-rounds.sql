-- Steps of the counted reading: only typed messages and commands count as user messages.
SELECT
  rounds.* REPLACE (
    current_input_event_count - coalesce(messages, 0) AS current_input_event_count,
    current_user_message_count - coalesce(messages, 0) AS current_user_message_count,
    current_user_message_chars - coalesce(chars, 0) AS current_user_message_chars,
    current_input_chars - coalesce(chars, 0) AS current_input_chars,
    CASE WHEN messages IS NULL THEN rounds.first_input_event_type ELSE client_input.first_input_event_type END AS first_input_event_type
  ),
  is_replayed,
  output_is_final,
  conversation_id
FROM stored.rounds
JOIN counted.steps USING (round_pk)
LEFT JOIN counted.client_input USING (round_pk)
