-- uses: session_neighbors_any_index
-- Where the output of one step comes back in the next: one group of pairs.
--
-- Grain:  one row per pair.
-- Inputs: session_neighbors_any_index (pairs of consecutive steps of a session; gaps in the numbering accepted)
--
-- Parameters
--   $provider, $model, $next_input   what the pairs of the group have in common: provider, model of the previous step and first
--                                    input event of the next step; NULL accepts any. Names are compared literally.
--   $min_output_tokens               minimum output of the previous step
--   $max_gap_s                       maximum gap between the two steps, in seconds, included
--   $tolerance_tokens, $tolerance_fraction
--                                    "about the output" means within the larger of these tokens and this share of the output
--
-- Columns
--   session_seq, pair_seq            as in session_neighbors_any_index
--   output, append                   of the previous step, and new input of the next one; tokens
--   prefix_delta                     how far the cached prefix has grown beyond everything that was sent before, in tokens. Negative
--                                    after a cache miss.
--   tolerance                        tokens
SELECT
  session_seq,
  pair_seq,
  previous_output_tokens AS output,
  next_append_tokens AS append,
  next_prefix_tokens - previous_input_tokens AS prefix_delta,
  greatest($tolerance_tokens::DOUBLE, $tolerance_fraction::DOUBLE * previous_output_tokens) AS tolerance
FROM session_neighbors_any_index
WHERE provider = $provider
  AND ($model::VARCHAR IS NULL OR previous_model = $model)
  AND ($next_input::VARCHAR IS NULL OR next_input_type = $next_input)
  AND previous_input_tokens > 0 -- without an input the growth of the prefix has no starting point
  AND previous_output_tokens > 0
  AND previous_output_tokens >= $min_output_tokens
  AND gap_s BETWEEN 0 AND $max_gap_s -- after a long pause the cache may have expired, whatever was in it
