-- uses: codex_call_gaps
-- Wall time, internal time and gap of all timed calls together and of the main tools.
--
-- Grain:   one row for everything (tool NULL) and one per main tool that has calls with both durations.
-- Columns: sums in hours, mean and quantiles of the gap in seconds; NULL without calls
SELECT
  tool_name AS tool,
  count(*) AS calls,
  coalesce(sum(wall_ms)::DOUBLE / 3600000, 0) AS wall_h,
  coalesce(sum(internal_ms)::DOUBLE / 3600000, 0) AS internal_h,
  coalesce(sum(gap_ms)::DOUBLE / 3600000, 0) AS gap_h,
  avg(gap_ms) / 1000 AS mean, -- a mean of whole numbers: the same whatever the order of the rows
  quantile_cont(gap_ms / 1000.0, 0.50) AS p50,
  quantile_cont(gap_ms / 1000.0, 0.90) AS p90,
  quantile_cont(gap_ms / 1000.0, 0.99) AS p99
FROM codex_call_gaps
WHERE both_timed
GROUP BY GROUPING SETS ((), (tool_name))
HAVING grouping(tool_name) = 1 OR tool_name IN ('exec_command', 'write_stdin', 'shell_command', 'apply_patch')
ORDER BY grouping(tool_name) DESC, list_position(['exec_command', 'write_stdin', 'shell_command', 'apply_patch'], tool_name)
