-- Whether responses are told by details of the steps, or by their ids only.
--
-- Grain:   one row.
-- Columns  steps, detailed_steps, transcripts    rows of rounds, round_details and sessions
SELECT
  (SELECT count(*) FROM rounds) AS steps,
  (SELECT count(*) FROM round_details) AS detailed_steps,
  (SELECT count(*) FROM sessions) AS transcripts
