-- uses: tool_latencies
-- Each tool call that took some time.
--
-- Columns: session_id; provider of the step, NULL when it has none; effective latency in seconds > 0
SELECT provider, session_id, effective_ms / 1e3 AS seconds
FROM tool_latencies
WHERE effective_ms > 0
