-- uses: human_waits
-- Each wait before a user message of a named session.
--
-- Columns: session_id; provider of the step that holds the message, NULL when it has none; seconds > 0
SELECT provider, session_id, wait_us / 1e6 AS seconds
FROM human_waits
WHERE session_id <> ''
