-- uses: codex_call_gaps
-- merge: key(tool_name) sum(calls, wall_ms, internal_ms, gap_ms, gap_gt_1s, gap_gt_10s, gap_gt_1m, gap_gt_10m, gap_gt_1h)
-- merge: by gap_ms DESC, calls DESC, tool_name
-- The gap between wall and internal time of each Codex tool.
--
-- Grain:   one row per tool with calls that have both durations, largest summed gap first, then most calls, then name.
-- Columns: sums in ms; calls whose gap exceeds a duration
SELECT
  tool_name,
  count(*) AS calls,
  sum(wall_ms) AS wall_ms,
  sum(internal_ms) AS internal_ms,
  sum(gap_ms) AS gap_ms,
  count(*) FILTER (calls.gap_ms > 1000) AS gap_gt_1s,
  count(*) FILTER (calls.gap_ms > 10000) AS gap_gt_10s,
  count(*) FILTER (calls.gap_ms > 60000) AS gap_gt_1m,
  count(*) FILTER (calls.gap_ms > 600000) AS gap_gt_10m,
  count(*) FILTER (calls.gap_ms > 3600000) AS gap_gt_1h
FROM codex_call_gaps AS calls
WHERE both_timed
GROUP BY tool_name
ORDER BY gap_ms DESC, calls DESC, tool_name
