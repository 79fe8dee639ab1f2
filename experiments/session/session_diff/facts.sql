-- uses: session_metrics
-- merge: all by session_id
-- Sessions in numbers.
--
-- Grain:   one row per session.
-- Params:  $sessions  only these, by their hashes, of `sessionHashes`; NULL: all
-- Columns: those of the relation
SELECT *
FROM session_metrics
WHERE $sessions::VARCHAR IS NULL OR list_contains(string_split($sessions, ' '), md5(session_id))
ORDER BY session_id
