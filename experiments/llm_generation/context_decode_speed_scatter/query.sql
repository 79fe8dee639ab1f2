-- uses: step_times
-- How fast each agent step was generated, against how much it had to read, and how its time splits at its last reasoning.
--
-- Grain:  one row per step with a measurable generation, a final output count and an input, in file order.
-- Inputs: rounds, step_times
--
-- Columns
--   provider            '<unknown-provider>' when the step has none
--   context_tokens      whole input of the step, > 0; prefix + append where the recorded total is missing or not positive
--   output_tokens       > 0, reasoning included
--   reasoning_tokens    0 when unknown
--   span_us             from the last input before the first output to the last output, > 0
--   until_reasoning_us  from the last input before the last reasoning event to that event; NULL without them or when not positive
--   after_reasoning_us  from the last reasoning event to the last text or tool call; NULL without them or when not positive
WITH steps AS (
  SELECT
    round_pk,
    coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
    CASE
      WHEN input_tokens_total > 0 THEN input_tokens_total
      ELSE coalesce(prefix_tokens, 0) + coalesce(newly_append_tokens, 0)
    END AS context_tokens,
    output_tokens,
    coalesce(reasoning_output_tokens, 0) AS reasoning_tokens,
    generation_us AS span_us,
    last_reasoning_us - input_before_reasoning_us AS until_reasoning_us,
    last_visible_us - last_reasoning_us AS after_reasoning_us
  FROM rounds
  JOIN step_times USING (round_pk)
  WHERE generation_us > 0 AND output_is_final
)
SELECT
  provider,
  context_tokens,
  output_tokens,
  reasoning_tokens,
  span_us,
  CASE WHEN until_reasoning_us > 0 THEN until_reasoning_us END AS until_reasoning_us,
  CASE WHEN after_reasoning_us > 0 THEN after_reasoning_us END AS after_reasoning_us
FROM steps
WHERE output_tokens > 0 AND context_tokens > 0
ORDER BY round_pk
