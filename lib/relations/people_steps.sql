-- uses: steps, lineage, replayed_steps
-- Steps of sessions that a person talks to. The first message of a helper is a machine's, and replayed history is of another session.
--
-- Grain:  one row per such step (`round_pk`, unique).
--
--   round_pk   the step
SELECT round_pk
FROM steps
ANTI JOIN (SELECT session_id FROM lineage WHERE relation = 'sub-agent' AND link_basis <> 'nested') USING (session_id)
ANTI JOIN replayed_steps USING (round_pk)
