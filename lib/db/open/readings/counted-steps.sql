-- uses: response_copies
-- The steps that the counted reading keeps: each response once, at the step that holds it first.
--
-- Grain: one row per step that is kept (`round_pk`, unique). Columns as in the view `rounds`:
--   is_replayed      history that a child of Codex replays and that nothing else in the pool holds: its times are those of the replay
--   output_is_final  false: the output was logged while the response was streaming
--   conversation_id  the session at the root
WITH RECURSIVE parents AS (
  SELECT session_id, min(parent_session_id) AS parent
  FROM sessions
  WHERE parent_session_id <> session_id
  GROUP BY session_id
), ancestors AS ( -- UNION drops what is there already, so that a circle of parents ends
  SELECT session_id, parent AS ancestor FROM parents
  UNION
  SELECT ancestors.session_id, parent FROM ancestors JOIN parents ON parents.session_id = ancestor
), roots AS ( -- the ancestor without a parent; in a circle any, but always the same
  SELECT ancestors.session_id, coalesce(min(ancestor) FILTER (parent IS NULL), min(ancestor)) AS root
  FROM ancestors
  LEFT JOIN parents ON parents.session_id = ancestor
  GROUP BY ancestors.session_id
)
SELECT
  round_pk,
  coalesce(provider = 'codex' AND is_inherited, false) AS is_replayed,
  NOT coalesce(output_is_placeholder, false) AS output_is_final,
  coalesce(root, rounds.session_id) AS conversation_id
FROM stored.rounds
JOIN response_copies USING (round_pk)
LEFT JOIN round_details USING (round_pk)
LEFT JOIN roots USING (session_id)
WHERE NOT is_copy
ORDER BY round_pk
