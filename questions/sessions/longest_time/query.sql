-- uses: session_times, step_facts
-- Columns: session_id
--          provider
--          wall_hours    from first to last event
--          model_hours   generation
--          tool_hours    tool calls
--          human_hours   waits for a message
SELECT
  session_id,
  provider,
  wall_s / 3600 AS wall_hours,
  generation_s / 3600 AS model_hours,
  tool_s / 3600 AS tool_hours,
  human_s / 3600 AS human_hours
FROM session_times
WHERE session_id IN (
  SELECT session_id FROM step_facts
  WHERE day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
)
ORDER BY wall_hours DESC, session_id
LIMIT $top
