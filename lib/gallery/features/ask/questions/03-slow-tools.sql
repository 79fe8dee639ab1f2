-- Which tools keep the agent waiting?
-- One row per tool with at least ten timed calls; the slowest in sum first.
SELECT
  tool_name,
  count(*) AS calls,
  round(sum(effective_ms) / 3600000, 2) AS hours,
  quantile_cont(effective_ms, 0.5) / 1000 AS median_s,
  quantile_cont(effective_ms, 0.95) / 1000 AS p95_s
FROM tool_latencies
WHERE effective_ms >= 0
GROUP BY tool_name
HAVING count(*) >= 10
ORDER BY hours DESC, tool_name;
