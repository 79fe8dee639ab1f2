-- uses: tool_latencies
-- scope: pool (sessions of different conversations may have records of one call)
-- Counts over all tool calls of Claude, for judging the long ones.
--
-- Grain:      exactly one row.
-- Parameters: $threshold_ms
-- Columns:    scanned, positive, missing, nonpositive    calls by their effective latency
--             internal, wall_fallback                    calls by where the latency comes from
--             first_internal, first_wall, first_missing  position of the first call of each source, for breaking ties
--             repeated_calls      (session, round id, call id) that occur more than once; calls without an id are left out
--             repeated_positions  (trace key, position, call id) that occur more than once
--             mismatches          positive latencies whose wall time is off the timestamps by more than 1 ms
--             internal_won        wall time over the threshold, effective latency not
WITH calls AS (
  SELECT
    calls.*,
    coalesce(nullif(round_id, ''), nullif(trace_key, ''), '') AS round_key,
    trace_key,
    row_number() OVER (ORDER BY round_pk, tool_index) AS position
  FROM tool_latencies AS calls
  JOIN rounds USING (round_pk)
  WHERE rounds.provider = 'claude'
), repeated_calls AS (
  SELECT 1 FROM calls WHERE tool_call_id <> '' GROUP BY session_id, round_key, tool_call_id HAVING count(*) > 1
), repeated_positions AS (
  SELECT 1 FROM calls WHERE tool_call_id <> '' GROUP BY trace_key, tool_index, tool_call_id HAVING count(*) > 1
)
SELECT
  count(*) AS scanned,
  count(*) FILTER (effective_ms > 0) AS positive,
  count(*) FILTER (effective_ms IS NULL) AS missing,
  count(*) FILTER (effective_ms <= 0) AS nonpositive,
  count(internal_ms) AS internal,
  count(*) FILTER (internal_ms IS NULL AND wall_ms IS NOT NULL) AS wall_fallback,
  min(position) FILTER (internal_ms IS NOT NULL) AS first_internal,
  min(position) FILTER (internal_ms IS NULL AND wall_ms IS NOT NULL) AS first_wall,
  min(position) FILTER (effective_ms IS NULL) AS first_missing,
  (SELECT count(*) FROM repeated_calls) AS repeated_calls,
  (SELECT count(*) FROM repeated_positions) AS repeated_positions,
  count(*) FILTER (effective_ms > 0 AND abs(round_even((epoch_us(result_at) - epoch_us(emitted_at)) / 1000, 0) - wall_ms) > 1) AS mismatches,
  count(*) FILTER (effective_ms > 0 AND wall_ms > $threshold_ms AND effective_ms <= $threshold_ms) AS internal_won
FROM calls
