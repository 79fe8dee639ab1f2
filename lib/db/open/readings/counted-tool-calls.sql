-- Calls of the steps of the counted reading. Replayed ones have no times.
SELECT
  tool_calls.* REPLACE (
    CASE WHEN NOT is_replayed THEN emitted_at END AS emitted_at,
    CASE WHEN NOT is_replayed THEN result_at END AS result_at,
    CASE WHEN NOT is_replayed THEN tool_wall_latency_ms END AS tool_wall_latency_ms,
    CASE WHEN NOT is_replayed THEN tool_internal_latency_ms END AS tool_internal_latency_ms
  )
FROM stored.tool_calls
JOIN counted.steps USING (round_pk)
