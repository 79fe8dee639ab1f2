-- uses: dated_steps
-- What the exported database calls each project: its pseudonym where it has one, else a number, the project with most steps first.
--
-- Grain:   one row per project.
-- Inputs:  dated_steps, rounds, sessions
-- Columns: project, label
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
