-- uses: codex_call_gaps
-- Wall time and gap of each Codex call.
--
-- Grain:   one row per call.
-- Columns: tool_name; wall_s; gap_s (NULL unless the call has both durations)
SELECT tool_name, wall_ms / 1000.0 AS wall_s, gap_ms / 1000.0 AS gap_s
FROM codex_call_gaps
