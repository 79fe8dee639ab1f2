-- uses: claude_call_latencies
-- The long tool calls of Claude by what they have in common.
--
-- Grain:      one row per kind and value, most calls first, ties by first call in the pool.
-- Parameters: $threshold_ms    exclusive
-- Columns:    kind             source, tool, model, error, or own: whether the tool reported no time of its own
--             value
--             calls, total_ms
--             first_seen       position of its first call
WITH calls AS (
  SELECT * FROM claude_call_latencies WHERE effective_ms > $threshold_ms
), listed AS (
  SELECT
    row_number() OVER (ORDER BY round_pk, tool_index) AS position,
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
SELECT kind, value, count(*) AS calls, sum(effective_ms)::DOUBLE AS total_ms, min(position) AS first_seen
FROM listed
GROUP BY kind, value
ORDER BY kind, calls DESC, first_seen
