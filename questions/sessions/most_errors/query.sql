-- uses: step_facts
-- Columns: session_id
--          provider
--          errors         tool calls that failed
--          calls
--          errors_share   of calls whose outcome is known
SELECT
  step_facts.session_id,
  step_facts.provider,
  count(*) FILTER (is_error) AS errors,
  count(*) AS calls,
  count(*) FILTER (is_error) / nullif(count(is_error), 0) AS errors_share
FROM tool_calls
JOIN step_facts USING (round_pk)
WHERE step_facts.session_id <> '' AND coalesce(tool_name, '') GLOB $tool
  AND day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY step_facts.session_id, step_facts.provider
HAVING count(*) FILTER (is_error) > 0
ORDER BY errors DESC, calls, step_facts.session_id
LIMIT $top
