-- uses: codex_call_gaps
-- Wall time of the Codex tools that wait for a person or another agent, whether or not the runner reports a duration.
--
-- Grain:   one row per such tool with wall times, most time first, then most calls, then name.
-- Columns: sums, mean and quantiles in seconds, rounded to 3 digits; calls longer than a duration
SELECT
  tool_name,
  count(*) AS calls,
  round(sum(wall_ms)::DOUBLE / 1000, 3) AS wall_total_s,
  round(avg(wall_ms / 1000.0), 3) AS mean,
  round(quantile_cont(wall_ms / 1000.0, 0.50), 3) AS p50,
  round(quantile_cont(wall_ms / 1000.0, 0.90), 3) AS p90,
  round(quantile_cont(wall_ms / 1000.0, 0.99), 3) AS p99,
  count(*) FILTER (wall_ms > 60000) AS wall_gt_1m,
  count(*) FILTER (wall_ms > 3600000) AS wall_gt_1h
FROM codex_call_gaps
WHERE wall_ms IS NOT NULL AND tool_name IN ('request_user_input', 'wait_agent', 'send_input', 'update_plan')
GROUP BY tool_name
ORDER BY wall_total_s DESC, calls DESC, tool_name
