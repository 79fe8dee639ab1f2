-- Steps in which a child of Codex repeats the history of another session: their times are those of the repetition. The counted
-- reading takes their times away, this relation names them in either reading.
--
-- Grain:  one row per such step (`round_pk`, unique). None in a pool that doesn't describe its transcripts.
-- Inputs: rounds, round_details, sessions
-- The collected row says so; in rows of the published extractor, the step is of another session than its transcript.
SELECT round_pk
FROM rounds
JOIN round_details USING (round_pk)
LEFT JOIN (SELECT transcript_id, session_id FROM sessions) AS transcript USING (transcript_id)
WHERE rounds.provider = 'codex' AND coalesce(is_inherited, transcript.session_id <> rounds.session_id)
