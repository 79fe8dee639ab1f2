-- uses: labels, lineage
-- scope: pool
-- The labels of all sessions. A session that another one started (a helper, a fork, a resumed conversation) has those of the session
-- at the root, except for keys that it has a label of.
--
-- Grain:  one row per session and key (`session_id, key`, unique). Sessions without a label have no row.
--
--   session_id, key, value   as in `labels`
SELECT session_id, key, value
FROM labels
UNION ALL
SELECT lineage.session_id, key, value
FROM lineage
JOIN labels ON labels.session_id = root_session_id AND root_session_id <> lineage.session_id
ANTI JOIN labels AS own ON own.session_id = lineage.session_id AND own.key = labels.key
