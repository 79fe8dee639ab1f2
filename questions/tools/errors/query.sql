-- uses: step_facts
-- Columns: tool
--          calls          whose outcome is known
--          errors
--          errors_share   of these calls
SELECT
  CASE WHEN coalesce(trim(tool_name), '') = '' THEN '<unknown-tool>' ELSE tool_name END AS tool,
  count(is_error) AS calls,
  count(*) FILTER (is_error) AS errors,
  count(*) FILTER (is_error) / count(is_error) AS errors_share
FROM tool_calls
JOIN step_facts USING (round_pk)
WHERE tool GLOB $tool AND day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY tool
HAVING count(is_error) >= $min_calls
ORDER BY errors_share DESC, calls DESC, tool
LIMIT $top
