-- uses: step_pairs
-- merge: key(provider, first_event, is_clamped)
-- merge: sum(steps, apart, pairs, within_0, within_1, within_2, within_8, within_32, within_128, within_512, within_2048, related,
--   within_1pct, within_5pct, within_8_with_output, exact, visible_covers, chars_100, chars_500, chars_1000)
-- Steps and pairs of a step with the one before it, by what holds for them.
--
-- Grain:  one row per provider, first event and `is_clamped` that has steps, in their order.
-- Inputs: step_pairs
--
--   is_clamped       whether the append is smaller than the output before; NULL without a pair, or where that output is not known
--   steps, apart     all of them; those whose predecessor has another round index than the one just below
--   pairs            those that follow the step with the round index just below
--   within_0, …      pairs whose prefix differs from the whole input before by at most so many tokens
--   related          pairs with some input before; within_1pct, within_5pct: with a difference of at most that share of it
-- and of the pairs whose output before is known
--   within_8_with_output     those whose prefix is within 8 tokens of input and output before
--   exact, visible_covers    whose append equals that output, is at least its visible part
--   chars_100, …             whose messages and tool results have at most so many characters
WITH steps AS (
  SELECT
    *,
    neighbor IN ('adjacent', 'unknown_output') AS is_pair,
    abs(prefix_tokens - previous_input_tokens) AS error,
    CASE WHEN previous_input_tokens > 0 THEN error / previous_input_tokens END AS relative_error,
    neighbor = 'adjacent' AS has_output,
    CASE WHEN has_output THEN append_tokens < previous_output_tokens END AS is_clamped
  FROM step_pairs
)
SELECT
  provider,
  first_event,
  is_clamped,
  count(*) AS steps,
  count(*) FILTER (neighbor = 'apart') AS apart,
  count(*) FILTER (is_pair) AS pairs,
  count(*) FILTER (is_pair AND error <= 0) AS within_0,
  count(*) FILTER (is_pair AND error <= 1) AS within_1,
  count(*) FILTER (is_pair AND error <= 2) AS within_2,
  count(*) FILTER (is_pair AND error <= 8) AS within_8,
  count(*) FILTER (is_pair AND error <= 32) AS within_32,
  count(*) FILTER (is_pair AND error <= 128) AS within_128,
  count(*) FILTER (is_pair AND error <= 512) AS within_512,
  count(*) FILTER (is_pair AND error <= 2048) AS within_2048,
  count(*) FILTER (is_pair AND relative_error IS NOT NULL) AS related,
  count(*) FILTER (is_pair AND relative_error <= 0.01::DOUBLE) AS within_1pct,
  count(*) FILTER (is_pair AND relative_error <= 0.05::DOUBLE) AS within_5pct,
  count(*) FILTER (has_output AND abs(prefix_tokens - previous_input_tokens - previous_output_tokens) <= 8) AS within_8_with_output,
  count(*) FILTER (has_output AND append_tokens = previous_output_tokens) AS exact,
  count(*) FILTER (has_output AND append_tokens >= previous_visible_tokens) AS visible_covers,
  count(*) FILTER (has_output AND raw_input_chars <= 100) AS chars_100,
  count(*) FILTER (has_output AND raw_input_chars <= 500) AS chars_500,
  count(*) FILTER (has_output AND raw_input_chars <= 1000) AS chars_1000
FROM steps
GROUP BY ALL
