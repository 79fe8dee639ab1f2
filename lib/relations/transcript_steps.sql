-- The transcript that each step was read from. Sanitized pools have no transcripts, and so no rows.
--
-- Grain:  one row per step whose transcript is known (`round_pk`, unique).
-- Inputs: round_details, sessions
--
--   round_pk, transcript_id
--   relation         main, sub-agent, fork or resume
--   agent_type       kind of a sub-agent; NULL when unknown
SELECT round_pk, transcript_id, relation, agent_type
FROM round_details
JOIN sessions USING (transcript_id)
