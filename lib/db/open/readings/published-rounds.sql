-- Steps as the pool holds them, with the columns that only the counted reading knows something of.
SELECT *, false AS is_replayed, true AS output_is_final, session_id AS conversation_id
FROM stored.rounds
