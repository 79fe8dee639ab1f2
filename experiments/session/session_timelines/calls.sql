-- uses: tool_latencies, tool_activity, busy, repeated_calls
-- merge: all by round_pk, tool_index
-- The tool calls of some sessions: which tool, when and how long, how much of it waited for a person, and what tries again.
--
-- Grain:      one row per call, at most $calls_per_step of a step, of a session whose hash is among those given.
-- Inputs:     rounds, the relations above
-- Parameters: $sessions         MD5 of the session ids in hexadecimal, separated by spaces
--             $calls_per_step   most calls of a step
-- Columns:    round_pk, tool_index, tool_name
--             emitted_us        when it was called, epoch microseconds; NULL when unknown
--             duration_us       effective latency in microseconds, positive; NULL when not measurable
--             activity          what the tool is for
--             wall_us           until its result, positive; NULL when not measurable
--             wait_us           the part of it, from the start, in which it waited for a person; NULL: none
--             is_error          NULL when unknown
--             starts_helper     the tool starts a helper
--             result_chars      NULL when unknown
--             retry             'hash' or 'size': how the input is known to be that of the call before, which failed; NULL: no retry
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
  tool_activity.activity,
  epoch_us(emitted_at) AS emitted_us,
  CASE WHEN effective_ms > 0 THEN 1000 * effective_ms END AS duration_us,
  CASE WHEN result_at > emitted_at THEN epoch_us(result_at) - epoch_us(emitted_at) END AS wall_us,
  waits.to_us - waits.from_us AS wait_us,
  latencies.is_error,
  coalesce(trim(tool_name) IN ('Task', 'Agent', 'spawn_agent'), false) AS starts_helper,
  latencies.result_chars,
  CASE WHEN class = 'identical_after_error' THEN repeated_calls.basis END AS retry
FROM tool_latencies AS latencies
SEMI JOIN chosen USING (session_id)
LEFT JOIN tool_activity ON tool_activity.tool = coalesce(nullif(trim(tool_name), ''), '<unknown-tool>')
LEFT JOIN (SELECT * FROM busy WHERE kind = 'human') AS waits USING (round_pk, tool_index)
LEFT JOIN repeated_calls USING (round_pk, tool_index)
QUALIFY row_number() OVER (PARTITION BY round_pk ORDER BY tool_index) <= $calls_per_step
ORDER BY round_pk, tool_index
