-- uses: tool_latencies
-- Tool calls of Claude that took some time, with the names that records of one call share.
--
-- Grain:  one row per row of `tool_calls` of Claude's steps with a positive effective latency.
-- Inputs: rounds, tool_latencies
--
--   all columns of tool_latencies
--   trace_key, round_id, round_index, model    of the step, as they are
--   round_key    round_id, else trace_key; '' without both
--   tool         tool_name; '<unknown-tool>' when missing or empty
SELECT
  calls.*,
  trace_key,
  round_id,
  round_index,
  model,
  coalesce(nullif(round_id, ''), nullif(trace_key, ''), '') AS round_key,
  coalesce(nullif(tool_name, ''), '<unknown-tool>') AS tool
FROM tool_latencies AS calls
JOIN rounds USING (round_pk)
WHERE rounds.provider = 'claude' AND effective_ms > 0
