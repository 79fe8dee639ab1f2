-- uses: step_facts
-- Columns: provider
--          model
--          steps
--          unfinished_steps   whose output was logged while it was streaming
--          unfinished_share   of the steps
SELECT
  provider,
  model,
  count(*) AS steps,
  count(*) FILTER (NOT output_is_final) AS unfinished_steps,
  unfinished_steps / steps AS unfinished_share
FROM step_facts
WHERE day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY provider, model
ORDER BY unfinished_steps DESC, provider, model
