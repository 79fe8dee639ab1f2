-- Where each session comes from: the ancestor without a parent; in a circle any, but always the same.
--
-- Grain: one row per session that names a parent (`session_id`, unique); root is a session_id.
WITH RECURSIVE parents AS (
  SELECT session_id, min(parent_session_id) AS parent
  FROM sessions
  WHERE parent_session_id <> session_id
  GROUP BY session_id
), ancestors AS ( -- UNION drops what is there already, so that a circle of parents ends
  SELECT session_id, parent AS ancestor FROM parents
  UNION
  SELECT ancestors.session_id, parent FROM ancestors JOIN parents ON parents.session_id = ancestor
)
SELECT ancestors.session_id, coalesce(min(ancestor) FILTER (parent IS NULL), min(ancestor)) AS root
FROM ancestors
LEFT JOIN parents ON parents.session_id = ancestor
GROUP BY ancestors.session_id
