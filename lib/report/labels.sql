-- uses: session_labels
-- The label of each session that has one of a key.
--
-- Grain:   one row per session.
-- Params:  $key
-- Columns: session_id, value
SELECT session_id, value
FROM session_labels
WHERE key = $key
ORDER BY session_id
