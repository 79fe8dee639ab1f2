-- uses: tool_latencies
-- How much time the calls of each tool took together; parallel calls count in full.
--
-- Grain:   one row per provider and tool, names trimmed of spaces.
-- Columns: provider         '<unknown-provider>' when missing
--          tool             '<unknown-tool>' when missing or blank
--          calls, errors    number of calls; of those marked as an error
--          valid, missing   calls with a positive effective latency; calls without any
--          total_ms         sum of the positive effective latencies
--          first_call       round_pk and tool_index of its first call
WITH calls AS (
  SELECT
    coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
    coalesce(nullif(trim(tool_name), ''), '<unknown-tool>') AS tool,
    is_error,
    effective_ms,
    round_pk,
    tool_index
  FROM tool_latencies
)
SELECT
  provider,
  tool,
  count(*) AS calls,
  count(*) FILTER (is_error) AS errors,
  count(*) FILTER (effective_ms > 0) AS valid,
  count(*) FILTER (effective_ms IS NULL) AS missing,
  coalesce(sum(effective_ms) FILTER (effective_ms > 0), 0) AS total_ms,
  min({'round_pk': round_pk, 'tool_index': tool_index}) AS first_call
FROM calls
GROUP BY provider, tool
