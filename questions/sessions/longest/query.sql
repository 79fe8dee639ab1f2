-- uses: step_facts
-- Columns: session_id
--          provider
--          steps
--          largest_context_tokens   largest input of one step
--          output_tokens            of steps whose count is final
SELECT
  session_id,
  provider,
  count(*) AS steps,
  max(context_tokens) AS largest_context_tokens,
  coalesce(sum(output_tokens) FILTER (output_is_final), 0)::BIGINT AS output_tokens
FROM step_facts
WHERE session_id <> '' AND day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY session_id, provider
ORDER BY steps DESC, session_id
LIMIT $top
