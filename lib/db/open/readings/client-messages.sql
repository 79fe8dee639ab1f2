-- User messages that no person typed: the client or another agent wrote them.
--
-- Grain: one row per such event (`round_pk`, `event_index`, unique).
-- The speakers of a step are those of its user messages, in order; a message without a speaker counts as typed.
WITH spoken AS (
  SELECT round_pk, string_split(speakers, ' ') AS speakers
  FROM round_details
  WHERE len(list_filter(string_split(speakers, ' '), lambda speaker: speaker NOT IN ('typed', 'command'))) > 0
), messages AS (
  SELECT round_pk, event_index, speakers[row_number() OVER (PARTITION BY round_pk ORDER BY event_index)] AS speaker
  FROM stored.timing_events
  JOIN spoken USING (round_pk)
  WHERE event_type = 'user_message'
)
SELECT round_pk, event_index
FROM messages
WHERE speaker NOT IN ('typed', 'command')
ORDER BY ALL
