-- uses: steps
-- merge: top 6 by is_whole DESC, session_id
-- The sessions that a word may mean.
--
-- Grain:   one row per session.
-- Params:  $word   an id, or its beginning, with or without the agent in front; or the name on a page, or its beginning
-- Columns: session_id
--          is_whole   the word is all of it
WITH names AS (
  SELECT
    session_id,
    regexp_replace(session_id, '^[^:]*:', '') AS bare,
    if(contains(session_id, ':'), split_part(session_id, ':', 1), 'session') || '-' || left(sha1(session_id), 10) AS page
  FROM steps
  WHERE step = 1
)
SELECT session_id, $word IN (session_id, bare, page) AS is_whole
FROM names
WHERE starts_with(session_id, $word) OR starts_with(bare, $word) OR starts_with(page, $word)
ORDER BY is_whole DESC, session_id
LIMIT 6
