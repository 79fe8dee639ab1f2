-- Lines of the events files, one per event, in the order in which they were read.
-- Inputs: staged_session_events (position, and the columns of `session_events`, as read).
-- An event that several files describe is taken once. Lines without transcript_id describe an event each.
SELECT * EXCLUDE (position)
FROM memory.staged_session_events
QUALIFY transcript_id IS NULL OR row_number() OVER (PARTITION BY session_id, transcript_id, seq ORDER BY position) = 1
ORDER BY position
