-- The hit ratio of each step and how long its session lay idle before it.
--
-- Grain:   one row per step with provider, session and round index that is begun by a user message or a tool result and has
--          known prefix and append whose sum is positive; in file order.
-- Inputs:  rounds, step_idle
-- uses:    step_idle
-- Columns: provider
--          trigger       user or tool_result
--          hit_ratio     prefix tokens / (prefix + append tokens)
--          gap_s         seconds since the session's last activity (user), or that the longest of the tools ran whose results
--                        begin the step (tool_result); NULL when unknown, >= 0
SELECT
  rounds.provider,
  trigger,
  prefix_tokens / (prefix_tokens + newly_append_tokens) AS hit_ratio,
  idle_us / 1e6 AS gap_s
FROM step_idle
JOIN rounds USING (round_pk)
WHERE trigger IS NOT NULL AND prefix_tokens + newly_append_tokens > 0
ORDER BY round_pk
