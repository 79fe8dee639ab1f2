-- Lines of the sessions files, one per transcript, in the order in which they were read.
-- Inputs: staged_sessions (position, and the columns of `sessions`, as read).
-- A transcript that several files describe is taken from the line that has seen most of its records, the first of equals.
-- Lines without transcript_id describe a transcript each.
SELECT * EXCLUDE (position)
FROM memory.staged_sessions
QUALIFY transcript_id IS NULL OR row_number() OVER (PARTITION BY transcript_id ORDER BY record_count DESC NULLS LAST, position) = 1
ORDER BY position
