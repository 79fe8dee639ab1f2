-- uses: tool_latencies
-- merge: all by round_pk, tool_index
-- The tool calls of some sessions: which tool, when and how long.
--
-- Grain:      one row per call, at most $calls_per_step of a step, of a session whose hash is among those given.
-- Inputs:     rounds, tool_latencies
-- Parameters: $sessions         MD5 of the session ids in hexadecimal, separated by spaces
--             $calls_per_step   most calls of a step
-- Columns:    round_pk, tool_index, tool_name
--             emitted_us        when it was called, epoch microseconds; NULL when unknown
--             duration_us       effective latency in microseconds, positive; NULL when not measurable
--             is_error          NULL when unknown
-- Order:      by step, in the order in which it emitted them.
WITH chosen AS (
  SELECT DISTINCT session_id
  FROM rounds
  WHERE list_contains(string_split($sessions, ' '), md5(session_id))
)
SELECT
  round_pk,
  tool_index,
  tool_name,
  epoch_us(emitted_at) AS emitted_us,
  CASE WHEN effective_ms > 0 THEN 1000 * effective_ms END AS duration_us,
  is_error
FROM tool_latencies
SEMI JOIN chosen USING (session_id)
QUALIFY row_number() OVER (PARTITION BY round_pk ORDER BY tool_index) <= $calls_per_step
ORDER BY round_pk, tool_index
