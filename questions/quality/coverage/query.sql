-- uses: step_facts
-- Columns: provider
--          steps
--          undated_steps           without a time
--          unpriced_steps          without a price
--          unfinished_steps        logged while the output was streaming
--          without_model_steps
--          without_project_steps
SELECT
  provider,
  count(*) AS steps,
  count(*) FILTER (first_us IS NULL) AS undated_steps,
  count(*) FILTER (cost_nano IS NULL) AS unpriced_steps,
  count(*) FILTER (NOT output_is_final) AS unfinished_steps,
  count(*) FILTER (model = '<unknown-model>') AS without_model_steps,
  count(*) FILTER (project = '<unknown-project>') AS without_project_steps
FROM step_facts
WHERE day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY provider
ORDER BY provider
