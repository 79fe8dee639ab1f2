-- uses: step_pairs
-- Pairs of steps, the first of which has a long visible output, by how long it is at least.
--
-- Grain:  one row per pair whose output before is known and limit that its visible part reaches.
-- Inputs: step_pairs
--
--   provider
--   least                            the limit, tokens
--   previous_output_tokens, previous_visible_tokens, previous_reasoning_tokens, append_tokens
--   error                            cached prefix minus the whole input before
--   covers, covers_visible           1 if the append is at least as long as the output before (its visible part), 0 if not
SELECT
  provider,
  unnest(list_filter([1000, 4000, 8000, 16000], lambda tokens: previous_visible_tokens >= tokens)) AS least,
  previous_output_tokens,
  previous_visible_tokens,
  previous_reasoning_tokens,
  append_tokens,
  prefix_tokens - previous_input_tokens AS error,
  (append_tokens >= previous_output_tokens)::INTEGER AS covers,
  (append_tokens >= previous_visible_tokens)::INTEGER AS covers_visible
FROM step_pairs
WHERE neighbor = 'adjacent' AND previous_visible_tokens >= 1000
