-- uses: step_idle
-- The hit ratio of each step and how long its session was idle before it.
--
-- Grain:   one row per step with provider, session and round index that begins with a user message or a tool result and has
--          known prefix and append with a positive sum; in file order.
-- Inputs:  rounds, step_idle
-- Columns: provider
--          trigger       user or tool_result
--          hit_ratio     prefix tokens / (prefix + append tokens)
--          gap_s         seconds since the session's last activity (user), or the run time of the slowest tool whose result
--                        begins the step (tool_result); >= 0, NULL when unknown
SELECT
  rounds.provider,
  trigger,
  prefix_tokens / (prefix_tokens + newly_append_tokens) AS hit_ratio,
  idle_us / 1e6 AS gap_s
FROM step_idle
JOIN rounds USING (round_pk)
WHERE trigger IS NOT NULL AND prefix_tokens + newly_append_tokens > 0
ORDER BY round_pk
