-- uses: tool_latencies
-- The long tool calls of Claude by what they have in common.
--
-- Grain:      one row per kind and value.
-- Parameters: $threshold_ms    exclusive
-- Columns:    kind             source, tool, model, error, or own: whether the tool reported no time of its own
--             value
--             calls, total_ms
--             first_call       round_pk and tool_index of its first call
WITH calls AS (
  SELECT round_pk, tool_index, effective_ms, internal_ms, is_error, model, coalesce(nullif(tool_name, ''), '<unknown-tool>') AS tool
  FROM tool_latencies
  JOIN rounds USING (round_pk)
  WHERE tool_latencies.provider = 'claude' AND effective_ms > $threshold_ms
), listed AS (
  SELECT
    [round_pk, tool_index] AS place,
    effective_ms,
    unnest([
      {'kind': 'source', 'value': CASE WHEN internal_ms IS NOT NULL THEN 'internal' ELSE 'wall_fallback' END},
      {'kind': 'tool', 'value': tool},
      {'kind': 'model', 'value': coalesce(model, '<unknown-model>')},
      {'kind': 'error', 'value': coalesce(is_error, false)::VARCHAR},
      {'kind': 'own', 'value': (internal_ms IS NULL)::VARCHAR}
    ], recursive := true)
  FROM calls
)
SELECT kind, value, count(*) AS calls, sum(effective_ms) AS total_ms, min(place) AS first_call
FROM listed
GROUP BY kind, value
