-- uses: tool_latencies
-- scope: pool (sessions of different conversations may have records of one call)
-- The long tool calls of Claude that are recorded most often.
--
-- Grain:      one row per call with several records, most records first, ties by first record; at most $most.
-- Parameters: $threshold_ms    exclusive
-- Columns:    times, sessions  records, and sessions that have them
--             the others       as in query.sql
WITH calls AS (
  SELECT
    call.*,
    coalesce(nullif(round_id, ''), nullif(trace_key, ''), '') AS round_key,
    coalesce(nullif(tool_name, ''), '<unknown-tool>') AS tool
  FROM tool_latencies AS call
  JOIN rounds USING (round_pk)
  WHERE call.provider = 'claude' AND effective_ms > $threshold_ms
)
SELECT
  count(*) AS times,
  count(DISTINCT coalesce(session_id, '')) AS sessions,
  tool AS tool_name,
  effective_ms AS effective_latency_ms,
  strftime(emitted_at, '%Y-%m-%dT%H:%M:%S.%gZ') AS emitted_at,
  strftime(result_at, '%Y-%m-%dT%H:%M:%S.%gZ') AS result_at
FROM calls
GROUP BY round_key, tool_call_id, tool, calls.emitted_at, calls.result_at, effective_ms, input_chars, result_chars
HAVING count(*) > 1
ORDER BY times DESC, min((round_pk, tool_index))
LIMIT $most
