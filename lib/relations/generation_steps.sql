-- uses: step_times
-- Agent steps with a measurable generation, and how their time splits at the last reasoning.
--
-- Grain:  one row per step with a generation span, an output, a final output count and an input (`round_pk`, unique).
-- Inputs: rounds, step_times
--
--   round_pk              the step
--   provider              '<unknown-provider>' when the step has none
--   context_tokens        whole input of the step, > 0; prefix + append where the recorded total is missing or not positive
--   context_bin           largest k with 2^k <= context_tokens
--   output_tokens         > 0, reasoning included
--   generation_us         from the last input before the first output to the last output
--   speed                 output_tokens per second of it
-- NULL unless it is a step of Codex with exact reasoning tokens and visible tokens:
--   reasoning_tokens, visible_tokens    > 0; the output without reasoning is visible
--   until_reasoning_us    from the last input before the last reasoning event to that event; NULL when not positive
--   after_reasoning_us    from the last reasoning event to the last text or tool call; NULL when not positive
WITH steps AS (
  SELECT
    round_pk,
    coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
    CASE
      WHEN input_tokens_total > 0 THEN input_tokens_total
      ELSE coalesce(prefix_tokens, 0) + coalesce(newly_append_tokens, 0)
    END AS context_tokens,
    round(log2(greatest(context_tokens, 1))) AS near_bin, -- may be rounded up just below a power of two
    output_tokens,
    generation_us,
    rounds.provider = 'codex' AND reasoning_output_tokens > 0 AND output_tokens > reasoning_output_tokens AS is_split,
    reasoning_output_tokens,
    last_reasoning_us - input_before_reasoning_us AS until_reasoning_us,
    last_visible_us - last_reasoning_us AS after_reasoning_us
  FROM rounds
  JOIN step_times USING (round_pk)
  WHERE generation_us > 0 AND output_is_final AND output_tokens > 0
)
SELECT
  round_pk,
  provider,
  context_tokens,
  if(2 ** near_bin <= context_tokens, near_bin, near_bin - 1)::BIGINT AS context_bin,
  output_tokens,
  generation_us,
  output_tokens / (generation_us / 1e6) AS speed,
  CASE WHEN is_split THEN reasoning_output_tokens END AS reasoning_tokens,
  CASE WHEN is_split THEN output_tokens - reasoning_output_tokens END AS visible_tokens,
  CASE WHEN is_split AND until_reasoning_us > 0 THEN until_reasoning_us END AS until_reasoning_us,
  CASE WHEN is_split AND after_reasoning_us > 0 THEN after_reasoning_us END AS after_reasoning_us
FROM steps
WHERE context_tokens > 0
