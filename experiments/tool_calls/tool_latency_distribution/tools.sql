-- uses: tool_latencies
-- merge: key(provider, tool) sum(calls, errors, missing, nonpositive) min(first_call) by first_call
-- Calls of each tool of a provider, names trimmed of spaces.
--
-- Grain:   one row per provider and tool, by first call in the pool.
-- Columns: provider         '<unknown-provider>' when missing
--          tool             '<unknown-tool>' when missing or blank
--          calls, errors    number of calls; of those marked as an error
--          missing, nonpositive
--                           calls without an effective latency, with one of zero or less
--          first_call       round_pk and tool_index of its first call
SELECT
  coalesce(provider, '<unknown-provider>') AS provider,
  coalesce(nullif(trim(tool_name), ''), '<unknown-tool>') AS tool,
  count(*) AS calls,
  count(*) FILTER (is_error) AS errors,
  count(*) FILTER (effective_ms IS NULL) AS missing,
  count(*) FILTER (effective_ms <= 0) AS nonpositive,
  min([round_pk, tool_index]) AS first_call
FROM tool_latencies
GROUP BY ALL
ORDER BY first_call
