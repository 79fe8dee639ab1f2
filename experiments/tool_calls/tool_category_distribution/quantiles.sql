-- uses: tool_latencies
-- Calls of each category and their positive effective latencies.
--
-- Grain:      one row per category, and per provider and category, that has calls; most calls first.
-- Parameters: $categories    JSON list of {"tool", "category"}; tools that are not in it belong to $other
--             $least         fewer latencies than this are listed
-- Columns:    provider       NULL for all together; '<unknown-provider>' when missing or empty
--             category
--             calls, zero, measured
--                            all calls; those with an effective latency of zero or less, and of more, which the rest is about
--             total_ms, slow_ms
--                            their sum, and that of those of a minute or more; NULL without any
--             p25_s, p50_s, p90_s, p99_s    seconds, linear between neighbors
--             p5, q1, median, q3, p95       the same in ms
--             few            ascending latencies in ms when there are fewer than $least, otherwise none
WITH categories AS (
  SELECT unnest(from_json($categories, '[{"tool":"VARCHAR","category":"VARCHAR"}]'), recursive := true)
), calls AS (
  SELECT
    coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
    coalesce(category, $other) AS category,
    effective_ms,
    CASE WHEN effective_ms > 0 THEN effective_ms END AS positive_ms,
    positive_ms / 1000.0 AS latency_s
  FROM tool_latencies
  LEFT JOIN categories ON categories.tool = trim(tool_name)
)
SELECT
  provider,
  category,
  count(*) AS calls,
  count(*) FILTER (effective_ms <= 0) AS zero,
  count(positive_ms) AS measured,
  sum(positive_ms)::DOUBLE AS total_ms,
  sum(positive_ms) FILTER (positive_ms >= 60000)::DOUBLE AS slow_ms,
  quantile_cont(latency_s, 0.25) AS p25_s,
  quantile_cont(latency_s, 0.50) AS p50_s,
  quantile_cont(latency_s, 0.90) AS p90_s,
  quantile_cont(latency_s, 0.99) AS p99_s,
  quantile_cont(positive_ms, 0.05)::DOUBLE AS p5,
  quantile_cont(positive_ms, 0.25)::DOUBLE AS q1,
  quantile_cont(positive_ms, 0.50)::DOUBLE AS median,
  quantile_cont(positive_ms, 0.75)::DOUBLE AS q3,
  quantile_cont(positive_ms, 0.95)::DOUBLE AS p95,
  CASE WHEN measured BETWEEN 1 AND $least - 1 THEN list(positive_ms::DOUBLE ORDER BY positive_ms) FILTER (positive_ms IS NOT NULL) ELSE [] END AS few
FROM calls
GROUP BY GROUPING SETS ((category), (provider, category))
ORDER BY provider NULLS FIRST, calls DESC, category
