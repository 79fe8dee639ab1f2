-- uses: codex_call_gaps
-- merge: key(tool_name, category) sum(calls, wall_count, internal_count, both_count, wall_only_count, wall_ms, internal_ms)
-- merge: by calls DESC, tool_name
-- Which durations the calls of each Codex tool have.
--
-- Grain:   one row per tool, most calls first, ties by name.
-- Columns: calls, and how many have a wall time, an internal time, both, only a wall time; sums in ms, NULL without a value
SELECT
  tool_name,
  category,
  count(*) AS calls,
  count(wall_ms) AS wall_count,
  count(internal_ms) AS internal_count,
  count(*) FILTER (wall_ms IS NOT NULL AND internal_ms IS NOT NULL) AS both_count,
  count(*) FILTER (wall_ms IS NOT NULL AND internal_ms IS NULL) AS wall_only_count,
  sum(wall_ms) AS wall_ms,
  sum(internal_ms) AS internal_ms
FROM codex_call_gaps
GROUP BY tool_name, category
ORDER BY calls DESC, tool_name
