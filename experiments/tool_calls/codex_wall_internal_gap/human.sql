-- uses: codex_call_gaps
-- merge: key(tool_name) sum(calls, wall_ms, wall_gt_1m, wall_gt_1h) by wall_ms DESC, calls DESC, tool_name
-- Wall time of the Codex tools that wait for a person or another agent, whether or not the runner reports a duration.
--
-- Grain:   one row per such tool with wall times, most time first, then most calls, then name.
-- Columns: sum in ms; calls longer than a duration
SELECT
  tool_name,
  count(*) AS calls,
  sum(wall_ms) AS wall_ms,
  count(*) FILTER (calls.wall_ms > 60000) AS wall_gt_1m,
  count(*) FILTER (calls.wall_ms > 3600000) AS wall_gt_1h
FROM codex_call_gaps AS calls
WHERE wall_ms IS NOT NULL AND tool_name IN ('request_user_input', 'wait_agent', 'send_input', 'update_plan')
GROUP BY tool_name
ORDER BY wall_ms DESC, calls DESC, tool_name
