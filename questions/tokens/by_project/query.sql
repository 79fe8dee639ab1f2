-- uses: step_facts
-- Columns: project
--          sessions        helpers included
--          steps           agent steps
--          input_tokens    cached or not
--          output_tokens   of steps whose count is final
SELECT
  project,
  count(DISTINCT session_id) AS sessions,
  count(*) AS steps,
  sum(context_tokens)::BIGINT AS input_tokens,
  coalesce(sum(output_tokens) FILTER (output_is_final), 0)::BIGINT AS output_tokens
FROM step_facts
WHERE day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY project
ORDER BY input_tokens DESC, project
LIMIT $top
