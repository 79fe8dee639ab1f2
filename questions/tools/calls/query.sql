-- uses: step_facts
-- Columns: provider
--          tool
--          calls
--          errors     calls that are marked as failed
--          sessions   with such a call
SELECT
  provider,
  CASE WHEN coalesce(trim(tool_name), '') = '' THEN '<unknown-tool>' ELSE tool_name END AS tool,
  count(*) AS calls,
  count(*) FILTER (is_error) AS errors,
  count(DISTINCT session_id) AS sessions
FROM tool_calls
JOIN step_facts USING (round_pk)
WHERE tool GLOB $tool AND day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY ALL
ORDER BY calls DESC, provider, tool
LIMIT $top
