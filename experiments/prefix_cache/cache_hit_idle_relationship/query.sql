-- uses: step_idle
-- The hit ratio of each step and how long its session was idle before it.
--
-- Grain:   one row per step with provider, session and round index that begins with a user message or a tool result, has known
--          prefix and append with a positive sum, and a known gap.
-- Inputs:  rounds, step_idle
-- Params:  $low_hit_ratio, $idle_seconds
-- Columns: round_pk, session_id, provider
--          trigger       user or tool_result
--          hit_ratio     prefix tokens / (prefix + append tokens)
--          is_low        whether it is below $low_hit_ratio
--          gap_s         seconds since the session's last activity (user), or the run time of the slowest tool whose result
--                        begins the step (tool_result); >= 0
--          low_gap_s     the same; NULL where the hit isn't low
--          is_long       whether the gap exceeds $idle_seconds
--          steps, low    1; 1 where the hit is low, else 0
SELECT
  round_pk,
  session_id,
  rounds.provider,
  trigger,
  prefix_tokens / (prefix_tokens + newly_append_tokens) AS hit_ratio,
  hit_ratio < $low_hit_ratio AS is_low,
  idle_us / 1e6 AS gap_s,
  CASE WHEN is_low THEN gap_s END AS low_gap_s,
  gap_s > $idle_seconds AS is_long,
  1 AS steps,
  is_low::INTEGER AS low
FROM step_idle
JOIN rounds USING (round_pk)
WHERE trigger IS NOT NULL AND prefix_tokens + newly_append_tokens > 0 AND idle_us IS NOT NULL
