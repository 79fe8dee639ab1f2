-- Wall time of the Codex tools that wait for a person or another agent, whether or not the runner reports a duration.
--
-- Grain:   one row per such tool with wall times, most time first, then most calls, then name.
-- Columns: sums, mean and quantiles in seconds, rounded to 3 digits; calls longer than a duration
-- uses: codex_call_gaps
SELECT
  tool_name,
  count(*) AS calls,
  count(wall_ms) AS wall_count,
  round(sum(wall_ms)::DOUBLE / 1000, 3) AS wall_total_s,
  round(avg(wall_ms / 1000.0), 3) AS mean_wall_s,
  round(quantile_cont(wall_ms / 1000.0, 0.50), 3) AS p50_wall_s,
  round(quantile_cont(wall_ms / 1000.0, 0.90), 3) AS p90_wall_s,
  round(quantile_cont(wall_ms / 1000.0, 0.99), 3) AS p99_wall_s,
  count(*) FILTER (wall_ms > 60000) AS wall_gt_1m,
  count(*) FILTER (wall_ms > 3600000) AS wall_gt_1h
FROM codex_call_gaps
WHERE wall_ms IS NOT NULL AND tool_name IN ('request_user_input', 'wait_agent', 'send_input', 'update_plan')
GROUP BY tool_name
ORDER BY wall_total_s DESC, calls DESC, tool_name
