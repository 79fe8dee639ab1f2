-- uses: step_idle
-- The agent steps whose idle time is known: their input, how much of it was new, and how long the prefix was idle.
--
-- Grain:  one row per step that a user message or a tool result triggered and that has known tokens (more than 0), a step
--         before it in its session and a known idle time. Ascending by idle time, ties in file order.
-- Inputs: rounds, step_idle
--
--   provider        of the step
--   idle_s          seconds that the prefix was idle before the step, >= 0
--   prefix_tokens   cached input as it was read
--   append_tokens   new input as it was read
--   fresh_tokens    growth of the whole input since the previous step minus that step's output, clamped to [0, append]: the part that
--                   no cache could have held
WITH covered AS (
  SELECT
    step.round_pk,
    step.provider,
    idle_us / 1e6 AS idle_s,
    step.prefix_tokens::DOUBLE AS prefix_tokens,
    step.newly_append_tokens::DOUBLE AS append_tokens,
    coalesce(previous.prefix_tokens, 0)::DOUBLE + coalesce(previous.newly_append_tokens, 0)::DOUBLE AS previous_input_tokens,
    coalesce(previous.output_tokens, 0)::DOUBLE AS previous_output_tokens
  FROM step_idle
  JOIN rounds AS step USING (round_pk)
  JOIN rounds AS previous ON previous.round_pk = previous_round_pk
  WHERE idle_us IS NOT NULL AND step.prefix_tokens + step.newly_append_tokens > 0
), grown AS (
  SELECT *, greatest(0, prefix_tokens + append_tokens - previous_input_tokens) AS growth_tokens
  FROM covered
)
SELECT
  provider,
  idle_s,
  prefix_tokens,
  append_tokens,
  least(greatest(growth_tokens - previous_output_tokens, 0), append_tokens) AS fresh_tokens
FROM grown
ORDER BY idle_s, round_pk
