-- uses: session_labels
-- The labels of a session.
--
-- Grain:   one row per key.
-- Params:  $session   its id
SELECT key, value
FROM session_labels
WHERE session_id = $session
ORDER BY key
