-- Every session, also those whose context was never compacted.
--
-- Grain:   one row per session_id that is not empty, by name.
-- Columns: session_id
--          provider    of the session's last step in the trace; NULL when that has none
SELECT session_id, arg_max_null(provider, round_pk) AS provider
FROM rounds
WHERE session_id <> ''
GROUP BY session_id
ORDER BY session_id
