-- The first line of details that is not of the step it is paired with; no row when all are.
-- Inputs: staged_round_details (round_pk, file_index, line, trace_key, as read), pool.rounds.
-- Columns: file_index (0-based, in reading order), line (1-based), found and expected (trace keys, NULL when missing).
SELECT details.file_index, details.line, details.trace_key AS found, rounds.trace_key AS expected
FROM memory.staged_round_details AS details JOIN pool.rounds AS rounds USING (round_pk)
WHERE details.trace_key IS DISTINCT FROM rounds.trace_key
ORDER BY details.round_pk
LIMIT 1
