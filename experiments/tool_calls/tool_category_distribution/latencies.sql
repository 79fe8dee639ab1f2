-- uses: tool_latencies
-- Every positive latency, by category.
--
-- Parameters: $categories    JSON list of {"tool", "category"}; tools that are not in it belong to $other
-- Columns:    provider       '<unknown-provider>' when missing or empty
--             category
--             latency_ms, latency_s    > 0
WITH categories AS (
  SELECT unnest(from_json($categories, '[{"tool":"VARCHAR","category":"VARCHAR"}]'), recursive := true)
)
SELECT
  coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
  coalesce(category, $other) AS category,
  effective_ms AS latency_ms,
  effective_ms / 1000.0 AS latency_s
FROM tool_latencies
LEFT JOIN categories ON categories.tool = trim(tool_name)
WHERE effective_ms > 0
