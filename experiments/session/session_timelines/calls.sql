-- uses: timeline_calls
-- merge: all by round_pk, tool_index
-- The tool calls of some sessions.
--
-- Grain:      one row per call, at most $calls_per_step of a step, of a session whose hash is among those given.
-- Parameters: $sessions         MD5 of the session ids in hexadecimal, separated by spaces
--             $calls_per_step   most calls of a step
-- Columns:    of `timeline_calls`
-- Order:      by step, in the order in which it emitted them.
SELECT * EXCLUDE (session_id)
FROM timeline_calls
WHERE list_contains(string_split($sessions, ' '), md5(session_id))
QUALIFY row_number() OVER (PARTITION BY round_pk ORDER BY tool_index) <= $calls_per_step
ORDER BY round_pk, tool_index
