-- merge: key() sum(steps, unnamed)
-- Steps that no workload can hold, because they belong to no named session.
--
-- Grain:      one row.
-- Parameters: provider   steps of this provider only; NULL for all
-- Columns:    steps      all steps of the pool
--             unnamed    steps of the chosen provider without a session name
SELECT
  count(*) AS steps,
  count(*) FILTER (coalesce(session_id, '') = '' AND ($provider::VARCHAR IS NULL OR provider = $provider)) AS unnamed
FROM rounds
