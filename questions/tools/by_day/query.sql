-- uses: step_facts
-- Columns: day            in UTC; (undated) without a time
--          calls
--          errors
--          errors_share   of calls whose outcome is known
SELECT
  day,
  count(*) AS calls,
  count(*) FILTER (is_error) AS errors,
  count(*) FILTER (is_error) / nullif(count(is_error), 0) AS errors_share
FROM tool_calls
JOIN step_facts USING (round_pk)
WHERE coalesce(tool_name, '') GLOB $tool AND day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY day
ORDER BY day
