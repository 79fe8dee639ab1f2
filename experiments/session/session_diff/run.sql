-- uses: run_members
-- scope: pool
-- The sessions of a run.
--
-- Grain:   one row per session.
-- Params:  $run    its id, as in session/run_grouping
--          $most   at most so many
-- Columns: session_id
SELECT session_id
FROM run_members
WHERE run = $run
ORDER BY session_id
LIMIT $most
