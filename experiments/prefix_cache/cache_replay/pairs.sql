-- uses: step_pairs
-- If a request replays the conversation, the cache can hold the whole input of the step before, and the new input begins with the
-- output of that step: how far each step is from that, in tokens.
--
-- Grain:  one row per step whose predecessor has the round index just below.
-- Inputs: step_pairs
--
--   session_pk, provider, first_event
--   error, absolute_error   cached prefix minus the whole input before it: 0 for a perfect replay
--   relative_error          the absolute error as a share of the input before; NULL if there was none
--   pairs, is_equal         1; 1 where the absolute error is at most 8 tokens, else 0
-- and these, which are NULL where the output before is not known:
--   error_with_output, absolute_error_with_output, is_equal_with_output       the same if the output before had also been cached
--   append_tokens, user_chars, tool_chars, raw_input_chars
--   previous_output_tokens, previous_visible_tokens, previous_reasoning_tokens
--   signed_append, visible_signed_append                append minus the output before (or its visible part); negative if not all of it came back
--   adjusted_append, visible_adjusted_append            the same, at least 0
--   selected_adjusted_append   adjusted where Claude or gpt-5.5 wrote that output, else the append: the rule of llm_generation/adjusted_prefix_append
--   is_clamped                 whether the append is smaller than the output before
--   deficit_tokens             by how much; NULL if it is not
WITH pairs AS (
  SELECT
    * EXCLUDE (append_tokens, user_chars, tool_chars, raw_input_chars, previous_output_tokens, previous_visible_tokens, previous_reasoning_tokens),
    CASE WHEN neighbor = 'adjacent' THEN
      COLUMNS(['append_tokens', 'user_chars', 'tool_chars', 'raw_input_chars',
        'previous_output_tokens', 'previous_visible_tokens', 'previous_reasoning_tokens'])
    END
  FROM step_pairs
  WHERE neighbor IN ('adjacent', 'unknown_output')
), differences AS (
  SELECT
    *,
    prefix_tokens - previous_input_tokens AS error,
    append_tokens - previous_output_tokens AS signed_append,
    append_tokens - previous_visible_tokens AS visible_signed_append,
    previous_output_tokens IS NOT NULL AND (provider = 'claude' OR previous_model IS NOT DISTINCT FROM 'gpt-5.5') AS is_selected
  FROM pairs
)
SELECT
  session_pk,
  provider,
  first_event,
  1 AS pairs,
  error,
  abs(error) AS absolute_error,
  (abs(error) <= 8)::INTEGER AS is_equal,
  CASE WHEN previous_input_tokens > 0 THEN abs(error) / previous_input_tokens END AS relative_error,
  error - previous_output_tokens AS error_with_output,
  abs(error - previous_output_tokens) AS absolute_error_with_output,
  (abs(error - previous_output_tokens) <= 8)::INTEGER AS is_equal_with_output,
  append_tokens,
  user_chars,
  tool_chars,
  raw_input_chars,
  previous_output_tokens,
  previous_visible_tokens,
  previous_reasoning_tokens,
  signed_append,
  visible_signed_append,
  CASE WHEN signed_append IS NOT NULL THEN greatest(0, signed_append) END AS adjusted_append,
  CASE WHEN visible_signed_append IS NOT NULL THEN greatest(0, visible_signed_append) END AS visible_adjusted_append,
  CASE WHEN is_selected THEN greatest(0, signed_append) ELSE append_tokens END AS selected_adjusted_append,
  signed_append < 0 AS is_clamped,
  CASE WHEN signed_append < 0 THEN -signed_append END AS deficit_tokens
FROM differences
