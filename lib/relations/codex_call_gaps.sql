-- uses: tool_latencies
-- Codex tool calls with both durations: the time between call and result, and what the runner reports of it.
--
-- Grain:  one row per tool call of a Codex step.
--
--   round_pk, tool_index    the call
--   tool_name       as logged; '<unknown-tool>' when missing
--   wall_ms, internal_ms
--   both_timed      both durations are known, the wall time is positive and the internal one not negative
--   gap_ms          what of the wall time lies outside the runner, at least 0; NULL unless both_timed
--   category        direct_human, execution_like or other, by tool
SELECT
  round_pk,
  tool_index,
  coalesce(tool_name, '<unknown-tool>') AS tool_name,
  wall_ms,
  internal_ms,
  coalesce(wall_ms > 0 AND internal_ms >= 0, false) AS both_timed,
  CASE WHEN both_timed THEN greatest(wall_ms - internal_ms, 0) END AS gap_ms,
  CASE
    WHEN tool_name = 'request_user_input' THEN 'direct_human'
    WHEN tool_name IN ('exec_command', 'shell_command', 'shell', 'apply_patch') THEN 'execution_like'
    ELSE 'other'
  END AS category
FROM tool_latencies
WHERE provider = 'codex'
