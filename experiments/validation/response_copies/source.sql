-- merge: key() sum(steps, detailed_steps)
-- How many steps have details, which identify their responses.
--
-- Grain:   one row.
-- Columns  steps, detailed_steps    rows of stored.rounds and round_details
SELECT
  (SELECT count(*) FROM stored.rounds) AS steps,
  (SELECT count(*) FROM round_details) AS detailed_steps
