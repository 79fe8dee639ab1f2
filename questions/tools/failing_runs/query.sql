-- uses: failing_calls, step_facts
-- Columns: session_id
--          request_no     of the session
--          failed_calls   one after the other
--          failing        tools
--          day
SELECT
  failing_calls.session_id,
  failing_calls.request_no,
  any_value(run_calls) AS failed_calls,
  string_agg(DISTINCT tool, ' ' ORDER BY tool) AS failing,
  min(day) AS day
FROM failing_calls
JOIN step_facts USING (round_pk)
WHERE run_calls > 1
  AND day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY failing_calls.session_id, failing_calls.request_no, run_call_no
ORDER BY failed_calls DESC, failing_calls.session_id, failing_calls.request_no, run_call_no
LIMIT $top
