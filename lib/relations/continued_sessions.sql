-- uses: steps, lineage
-- scope: pool
-- Sessions and what they are a part of when a session that was resumed goes on in another file: all such files are one thread.
--
-- Grain:  one row per session of `steps` (`session_id`, unique).
--
--   session_id, session_pk   as in `steps`
--   thread_id   the first session of the thread; the session itself when it was not resumed from another
--   part        how many times it was resumed since then, from 0
WITH RECURSIVE named AS (
  SELECT session_id, session_pk FROM steps WHERE step = 1
), resumed AS (
  SELECT session_id, parent_session_id
  FROM lineage
  WHERE relation = 'resume' AND link_basis <> 'orphan'
), placed AS (
  SELECT session_id, session_id AS thread_id, 0 AS part
  FROM named
  ANTI JOIN resumed USING (session_id)
  UNION ALL
  SELECT resumed.session_id, thread_id, part + 1
  FROM resumed
  JOIN placed ON placed.session_id = parent_session_id
)
SELECT session_id, session_pk, thread_id, part FROM placed JOIN named USING (session_id)
