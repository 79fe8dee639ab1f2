-- uses: lineage, steps
-- scope: pool
-- Sessions that belong together because one started the other: helpers, forks and resumed conversations.
--
-- Grain:  one row per session of a run of at least two sessions with steps (`session_id`, unique).
--
--   run                 the smallest session_id of its members
--   session_id
--   parent_session_id, link_basis, depth   of `lineage`; NULL, NULL and 0 for a session that nothing started
--   relation            'main', 'sub-agent', 'fork' or 'resume'
WITH related AS (
  SELECT session_id, root_session_id, parent_session_id, link_basis, depth, relation FROM lineage
  UNION ALL
  SELECT DISTINCT root_session_id, root_session_id, NULL, NULL, 0, 'main'
  FROM lineage
  WHERE root_session_id NOT IN (SELECT session_id FROM lineage)
)
SELECT
  min(session_id) OVER (PARTITION BY root_session_id) AS run,
  session_id,
  parent_session_id,
  link_basis,
  depth,
  relation
FROM related
SEMI JOIN steps USING (session_id)
QUALIFY count(*) OVER (PARTITION BY root_session_id) > 1
