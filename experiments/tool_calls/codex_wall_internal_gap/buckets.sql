-- uses: codex_call_gaps
-- merge: key(category, range_no) sum(calls, gap_ms)
-- How the gap spreads over calls, by kind of tool.
--
-- Grain:   one row per kind of tool and range of the gap that has calls.
-- Columns: category      execution_like, write_stdin (which waits inside the runner) or other_both_timed
--          range_no      0 … 5: upper bounds 1 s, 10 s, 1 min, 10 min, 1 h and none, inclusive
--          calls, gap_ms
SELECT
  CASE WHEN category = 'execution_like' THEN category WHEN tool_name = 'write_stdin' THEN tool_name ELSE 'other_both_timed' END AS category,
  len(list_filter([1000, 10000, 60000, 600000, 3600000], lambda bound: calls.gap_ms > bound)) AS range_no,
  count(*) AS calls,
  sum(gap_ms) AS gap_ms
FROM codex_call_gaps AS calls
WHERE both_timed
GROUP BY ALL
ORDER BY ALL
