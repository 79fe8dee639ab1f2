-- uses: codex_call_gaps
-- How the gap spreads over calls, by kind of tool.
--
-- Grain:   one row per kind of tool and range of the gap that has calls; upper bounds are part of a range.
-- Columns: category      execution_like, write_stdin (which waits inside the runner) or other_both_timed
--          gap_bucket    name of the range
--          gap_total_s   seconds, rounded to 3 digits
WITH ranged AS (
  SELECT
    CASE WHEN category = 'execution_like' THEN category WHEN tool_name = 'write_stdin' THEN tool_name ELSE 'other_both_timed' END AS category,
    len(list_filter([1000, 10000, 60000, 600000, 3600000], lambda bound: gap_ms > bound)) AS range_no,
    gap_ms
  FROM codex_call_gaps
  WHERE both_timed
), summed AS (
  SELECT category, range_no, count(*) AS calls, round(sum(gap_ms)::DOUBLE / 1000, 3) AS gap_total_s
  FROM ranged
  GROUP BY category, range_no
)
SELECT
  category,
  ['<=1s', '1-10s', '10s-1m', '1-10m', '10m-1h', '>1h'][range_no + 1] AS gap_bucket,
  calls,
  gap_total_s,
  CASE WHEN sum(gap_total_s) OVER of_category > 0 THEN round(100 * gap_total_s / sum(gap_total_s) OVER of_category, 3) END AS category_gap_share_pct
FROM summed
WINDOW of_category AS (PARTITION BY category)
ORDER BY category, range_no
