-- uses: tool_latencies
-- Quantiles of the positive effective latencies of each category.
--
-- Grain:      one row per category that has any.
-- Parameters: $categories    JSON list of {"tool", "category"}; tools that are not in it belong to $other
-- Columns:    category, p25_s, p50_s, p90_s, p99_s    seconds, linear between neighbors
WITH categories AS (
  SELECT unnest(from_json($categories, '[{"tool":"VARCHAR","category":"VARCHAR"}]'), recursive := true)
), latencies AS (
  SELECT coalesce(category, $other) AS category, effective_ms / 1000.0 AS latency_s
  FROM tool_latencies
  LEFT JOIN categories ON categories.tool = trim(tool_name)
  WHERE effective_ms > 0
)
SELECT
  category,
  quantile_cont(latency_s, 0.25) AS p25_s,
  quantile_cont(latency_s, 0.50) AS p50_s,
  quantile_cont(latency_s, 0.90) AS p90_s,
  quantile_cont(latency_s, 0.99) AS p99_s
FROM latencies
GROUP BY category
ORDER BY category
