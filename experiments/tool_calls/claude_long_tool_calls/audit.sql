-- uses: tool_latencies
-- scope: pool (sessions of different conversations may have records of one call)
-- What the long tool calls of Claude add up to, with and without repeated records.
--
-- Grain:      exactly one row.
-- Parameters: $threshold_ms    exclusive
--             $human           JSON list of the tools that ask a person
-- Columns:    calls, total_ms                 of all records
--             repeated_calls                  (session, round id, call id) that occur more than once; calls without an id are left out
--             repeated_positions              (trace key, position, call id) that occur more than once
--             distinct_calls, distinct_ms     records of one call counted once
--             repeated_groups, further_records, groups_in_sessions
--                                             calls recorded more than once, their further records, and those in several sessions
--             human_calls, human_ms           of tools that ask a person
WITH calls AS (
  SELECT
    call.*,
    trace_key,
    coalesce(nullif(round_id, ''), nullif(trace_key, ''), '') AS round_key,
    coalesce(nullif(tool_name, ''), '<unknown-tool>') AS tool
  FROM tool_latencies AS call
  JOIN rounds USING (round_pk)
  WHERE call.provider = 'claude' AND effective_ms > $threshold_ms
), records AS (
  SELECT any_value(effective_ms) AS ms, count(*) AS times, count(DISTINCT coalesce(session_id, '')) AS sessions
  FROM calls
  GROUP BY round_key, tool_call_id, tool, emitted_at, result_at, effective_ms, input_chars, result_chars
), repeated_calls AS (
  SELECT 1 FROM calls WHERE tool_call_id <> '' GROUP BY session_id, round_key, tool_call_id HAVING count(*) > 1
), repeated_positions AS (
  SELECT 1 FROM calls WHERE tool_call_id <> '' GROUP BY trace_key, tool_index, tool_call_id HAVING count(*) > 1
), people AS (
  SELECT count(*) AS human_calls, coalesce(sum(effective_ms), 0)::DOUBLE AS human_ms
  FROM calls
  WHERE list_contains(from_json($human, '["VARCHAR"]'), tool)
)
SELECT
  (SELECT count(*) FROM calls) AS calls,
  (SELECT coalesce(sum(effective_ms), 0)::DOUBLE FROM calls) AS total_ms,
  (SELECT count(*) FROM repeated_calls) AS repeated_calls,
  (SELECT count(*) FROM repeated_positions) AS repeated_positions,
  count(times) AS distinct_calls,
  coalesce(sum(ms), 0)::DOUBLE AS distinct_ms,
  count(*) FILTER (times > 1) AS repeated_groups,
  coalesce(sum(times - 1), 0)::BIGINT AS further_records,
  count(*) FILTER (times > 1 AND sessions > 1) AS groups_in_sessions,
  any_value(human_calls) AS human_calls,
  any_value(human_ms) AS human_ms
FROM people
LEFT JOIN records ON true
