-- uses: session_times, step_facts
-- Columns: provider
--          sessions      whose events span some time
--          wall_hours    from first to last event
--          model_hours   generation
--          tool_hours    tool calls
--          human_hours   waits for a message
SELECT
  coalesce(provider, '<unknown-provider>') AS provider,
  count(*) AS sessions,
  sum(round(wall_s * 1e6)::BIGINT) / 3.6e9 AS wall_hours,
  sum(round(generation_s * 1e6)::BIGINT) / 3.6e9 AS model_hours,
  sum(round(tool_s * 1e6)::BIGINT) / 3.6e9 AS tool_hours,
  sum(round(human_s * 1e6)::BIGINT) / 3.6e9 AS human_hours
FROM session_times
WHERE session_id IN (
  SELECT session_id FROM step_facts
  WHERE day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
)
GROUP BY provider
ORDER BY provider
