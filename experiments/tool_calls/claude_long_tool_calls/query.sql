-- uses: tool_latencies
-- merge: top $most by effective_latency_ms DESC, line_no, tool_index
-- Claude tool calls that took longer than a threshold, longest first, ties in file order.
--
-- Grain:      one row per such call, at most $most.
-- Parameters: $threshold_ms    exclusive
-- Columns:    those of the table; latencies in ms, times as ISO 8601 in UTC with milliseconds (truncated)
--             computed_wall_latency_ms   result_at - emitted_at, half to even
SELECT
  round_pk AS line_no,
  trace_key,
  tool_latencies.session_id,
  round_id,
  round_index,
  model,
  tool_index,
  coalesce(nullif(tool_name, ''), '<unknown-tool>') AS tool_name,
  tool_call_id,
  CASE WHEN internal_ms IS NOT NULL THEN 'internal' ELSE 'wall_fallback' END AS source,
  effective_ms AS effective_latency_ms,
  effective_ms / 3600000 AS effective_latency_hours,
  wall_ms AS wall_latency_ms,
  wall_ms / 3600000 AS wall_latency_hours,
  round_even((epoch_us(result_at) - epoch_us(emitted_at)) / 1000, 0)::BIGINT AS computed_wall_latency_ms,
  internal_ms AS internal_latency_ms,
  internal_ms / 3600000 AS internal_latency_hours,
  strftime(emitted_at, '%Y-%m-%dT%H:%M:%S.%gZ') AS emitted_at,
  strftime(result_at, '%Y-%m-%dT%H:%M:%S.%gZ') AS result_at,
  computed_wall_latency_ms / 3600000 AS tool_result_delay_hours,
  coalesce(is_error, false) AS is_error,
  input_chars,
  result_chars,
  NULL::VARCHAR AS input_preview
FROM tool_latencies
JOIN rounds USING (round_pk)
WHERE tool_latencies.provider = 'claude' AND effective_ms > $threshold_ms
ORDER BY effective_ms DESC, round_pk, tool_index
LIMIT $most
