-- uses: tool_latencies
-- merge: key(provider, tool) sum(calls, errors, valid, missing, nonpositive, total_ms) by calls DESC, provider, tool
-- Calls and time of each tool by provider, for folding into categories.
--
-- Grain:   one row per provider and tool, names trimmed of spaces.
-- Columns: provider         '<unknown-provider>' when missing or empty
--          tool             '<unknown-tool>' when missing or blank
--          calls, errors    number of calls; of those marked as an error
--          valid, missing, nonpositive
--                           calls with a positive effective latency, without any, with one of zero or less
--          total_ms         sum of the positive effective latencies
WITH calls AS (
  SELECT
    coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
    coalesce(nullif(trim(tool_name), ''), '<unknown-tool>') AS tool,
    is_error,
    effective_ms
  FROM tool_latencies
)
SELECT
  provider,
  tool,
  count(*) AS calls,
  count(*) FILTER (is_error) AS errors,
  count(*) FILTER (effective_ms > 0) AS valid,
  count(*) FILTER (effective_ms IS NULL) AS missing,
  count(*) FILTER (effective_ms <= 0) AS nonpositive,
  coalesce(sum(effective_ms) FILTER (effective_ms > 0), 0) AS total_ms
FROM calls
GROUP BY provider, tool
ORDER BY calls DESC, provider, tool
