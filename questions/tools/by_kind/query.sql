-- uses: calls, tool_activity, step_facts
-- Columns: kind
--          calls
--          errors
--          total_hours   of calls with a measured time
--          calls_share   of all calls
SELECT
  category AS kind,
  count(*) AS calls,
  count(*) FILTER (is_error) AS errors,
  coalesce(sum(effective_ms) FILTER (effective_ms > 0), 0) / 3.6e6 AS total_hours,
  count(*) / sum(count(*)) OVER () AS calls_share
FROM calls
JOIN tool_activity USING (tool)
JOIN step_facts USING (round_pk)
WHERE tool GLOB $tool
  AND day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY kind
ORDER BY calls DESC, kind
