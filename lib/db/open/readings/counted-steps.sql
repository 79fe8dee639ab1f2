-- uses: response_copies
-- The steps that the counted reading keeps: each response once, at the step that holds it first.
--
-- Grain: one row per step that is kept (`round_pk`, unique). Columns as in the view `rounds`:
--   is_replayed      history that a child of Codex replays and that nothing else in the pool holds: its times are those of the replay
--   output_is_final  false: the output was logged while the response was streaming
--   conversation_id  the session at the root
SELECT
  round_pk,
  coalesce(provider = 'codex' AND is_inherited, false) AS is_replayed,
  NOT coalesce(output_is_placeholder, false) AS output_is_final,
  coalesce(root, rounds.session_id) AS conversation_id
FROM stored.rounds
JOIN response_copies USING (round_pk)
LEFT JOIN round_details USING (round_pk)
LEFT JOIN counted.roots USING (session_id)
WHERE NOT is_copy
ORDER BY round_pk
