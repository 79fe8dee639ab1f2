-- uses: codex_call_gaps
-- The gap between wall and internal time of each Codex tool.
--
-- Grain:   one row per tool with calls that have both durations, largest summed gap first, then most calls, then name.
-- Columns: sums, mean and quantiles in seconds, rounded to 3 digits; share in percent; calls whose gap exceeds a duration
SELECT
  tool_name,
  count(*) AS calls,
  round(sum(wall_ms)::DOUBLE / 1000, 3) AS wall_total_s,
  round(sum(internal_ms)::DOUBLE / 1000, 3) AS internal_total_s,
  round(sum(gap_ms)::DOUBLE / 1000, 3) AS gap_total_s,
  round(100.0 * sum(gap_ms)::DOUBLE / sum(wall_ms)::DOUBLE, 3) AS gap_share_of_wall_pct,
  round(avg(gap_ms / 1000.0), 3) AS mean,
  round(quantile_cont(gap_ms / 1000.0, 0.50), 3) AS p50,
  round(quantile_cont(gap_ms / 1000.0, 0.90), 3) AS p90,
  round(quantile_cont(gap_ms / 1000.0, 0.99), 3) AS p99,
  count(*) FILTER (gap_ms > 1000) AS gap_gt_1s,
  count(*) FILTER (gap_ms > 10000) AS gap_gt_10s,
  count(*) FILTER (gap_ms > 60000) AS gap_gt_1m,
  count(*) FILTER (gap_ms > 600000) AS gap_gt_10m,
  count(*) FILTER (gap_ms > 3600000) AS gap_gt_1h
FROM codex_call_gaps
WHERE both_timed
GROUP BY tool_name
ORDER BY gap_total_s DESC, calls DESC, tool_name
