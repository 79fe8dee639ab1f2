-- uses: dated_steps
-- scope: pool
-- What each project is called where its name must not be seen: its pseudonym where it has one, else a number, the project with most steps first.
--
-- Grain:  one row per project (`project`, unique).
-- Inputs: dated_steps, rounds, sessions
--
--   project   as in `rounds`, `sessions` and `dated_steps`
--   label     'project_1f2e3d4c' or 'project 1'
WITH names AS (
  SELECT project FROM dated_steps
  UNION ALL
  SELECT project FROM rounds
  UNION ALL
  SELECT project FROM sessions
)
SELECT
  project,
  if(
    regexp_full_match(project, '(synthetic_)?project_[0-9a-f]+'),
    project,
    'project ' || row_number() OVER (ORDER BY count(*) DESC, project)
  ) AS label
FROM names
WHERE project <> ''
GROUP BY project
