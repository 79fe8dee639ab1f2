-- uses: step_idle
-- The input of steps whose idle time is known, and how much of it was new.
--
-- Grain:  one row per step that a user message or a tool result triggered, with known tokens (more than 0), a step before it in its
--         session and a known idle time (`round_pk`, unique).
-- Inputs: rounds, step_idle
--
--   round_pk, provider, session_id   the step
--   idle_us         how long the prefix was idle before it, microseconds
--   prefix_tokens   cached input as it was read
--   append_tokens   new input as it was read
--   fresh_tokens    growth of the whole input since the previous step minus that step's output, clamped to [0, append]: the part that
--                   no cache could have held
WITH covered AS (
  SELECT
    step_idle.round_pk,
    step.provider,
    step.session_id,
    idle_us,
    step.prefix_tokens,
    step.newly_append_tokens AS append_tokens,
    greatest(0,
      step.prefix_tokens + step.newly_append_tokens - coalesce(previous.prefix_tokens, 0) - coalesce(previous.newly_append_tokens, 0)
    ) AS growth_tokens,
    coalesce(previous.output_tokens, 0) AS previous_output_tokens
  FROM step_idle
  JOIN rounds AS step USING (round_pk)
  JOIN rounds AS previous ON previous.round_pk = previous_round_pk
  WHERE idle_us IS NOT NULL AND step.prefix_tokens + step.newly_append_tokens > 0
)
SELECT
  round_pk,
  provider,
  session_id,
  idle_us,
  prefix_tokens,
  append_tokens,
  least(greatest(growth_tokens - previous_output_tokens, 0), append_tokens) AS fresh_tokens
FROM covered
