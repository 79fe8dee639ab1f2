-- uses: tool_latencies, tool_activity, busy, repeated_calls
-- The tool calls of sessions: which tool, when and how long, how much of it waited for a person, and what tries again.
--
-- Grain:  one row per call of a session (`round_pk`, `tool_index`).
--
--   session_id, round_pk, tool_index, tool_name
--   activity        what the tool is for
--   emitted_us      when it was called, epoch microseconds; NULL when unknown
--   duration_us     effective latency in microseconds, positive; NULL when not measurable
--   wall_us         until its result, positive; NULL when not measurable
--   wait_us         the part of it, from the start, in which it waited for a person; NULL: none
--   is_error        NULL when unknown
--   starts_helper   the tool starts a helper
--   result_chars    NULL when unknown
--   retry           'hash' or 'size': how the input is known to be that of the call before, which failed; NULL: no retry
SELECT
  latencies.session_id,
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
LEFT JOIN tool_activity ON tool_activity.tool = coalesce(nullif(trim(tool_name), ''), '<unknown-tool>')
LEFT JOIN (SELECT * FROM busy WHERE kind = 'human') AS waits USING (round_pk, tool_index)
LEFT JOIN repeated_calls USING (round_pk, tool_index)
WHERE latencies.session_id IS NOT NULL
