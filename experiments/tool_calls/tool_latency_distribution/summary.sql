-- uses: tool_latencies
-- Latency of each tool over all providers, names trimmed of spaces.
--
-- Grain:   one row per tool, most calls first, ties by first call in the pool.
-- Columns: tool             '<unknown-tool>' when missing or blank
--          calls, errors    number of calls; of those marked as an error
--          valid, missing, nonpositive
--                           calls with a positive effective latency, without any, with one of zero or less
--          total_ms         sum of the positive latencies; NULL without any, like the statistics below
--          min_ms, p50_ms, p90_ms, p99_ms, max_ms
--                           of the positive latencies, quantiles linear between neighbors
--          providers        `provider:calls` of all its calls, by provider, separated by `;`
WITH calls AS (
  SELECT
    coalesce(provider, '<unknown-provider>') AS provider,
    coalesce(nullif(trim(tool_name), ''), '<unknown-tool>') AS tool,
    is_error,
    effective_ms,
    CASE WHEN effective_ms > 0 THEN effective_ms::DOUBLE END AS positive_ms,
    row_number() OVER (ORDER BY round_pk, tool_index) AS position
  FROM tool_latencies
), per_provider AS (
  SELECT tool, string_agg(provider || ':' || calls, ';' ORDER BY provider) AS providers
  FROM (SELECT tool, provider, count(*) AS calls FROM calls GROUP BY tool, provider)
  GROUP BY tool
), per_tool AS (
  SELECT
    tool,
    count(*) AS calls,
    count(*) FILTER (is_error) AS errors,
    count(positive_ms) AS valid,
    count(*) FILTER (effective_ms IS NULL) AS missing,
    count(*) FILTER (effective_ms <= 0) AS nonpositive,
    sum(positive_ms) AS total_ms,
    min(positive_ms) AS min_ms,
    quantile_cont(positive_ms, 0.50) AS p50_ms,
    quantile_cont(positive_ms, 0.90) AS p90_ms,
    quantile_cont(positive_ms, 0.99) AS p99_ms,
    max(positive_ms) AS max_ms,
    min(position) AS first_seen
  FROM calls
  GROUP BY tool
)
SELECT per_tool.* EXCLUDE (first_seen), providers
FROM per_tool
JOIN per_provider USING (tool)
ORDER BY calls DESC, first_seen
