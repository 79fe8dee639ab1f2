-- uses: codex_call_gaps
-- Which durations the calls of each Codex tool have.
--
-- Grain:   one row per tool, most calls first, ties by name.
-- Columns: calls, and how many have a wall time, an internal time, both, only a wall time; sums in seconds, NULL without a value
SELECT
  tool_name,
  any_value(category) AS category,
  count(*) AS calls,
  count(wall_ms) AS wall_count,
  count(internal_ms) AS internal_count,
  count(*) FILTER (wall_ms IS NOT NULL AND internal_ms IS NOT NULL) AS both_count,
  count(*) FILTER (wall_ms IS NOT NULL AND internal_ms IS NULL) AS wall_only_count,
  round(sum(wall_ms)::DOUBLE / 1000, 3) AS wall_total_s,
  round(sum(internal_ms)::DOUBLE / 1000, 3) AS internal_total_s
FROM codex_call_gaps
GROUP BY tool_name
ORDER BY calls DESC, tool_name
