-- uses: response_copies, step_facts
-- Columns: provider
--          steps          of this reading
--          copied_steps   that repeat a response of another step
--          copied_share   of the steps
SELECT
  provider,
  count(*) AS steps,
  count(*) FILTER (is_copy) AS copied_steps,
  copied_steps / steps AS copied_share
FROM response_copies
JOIN step_facts USING (round_pk)
WHERE day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY provider
ORDER BY provider
