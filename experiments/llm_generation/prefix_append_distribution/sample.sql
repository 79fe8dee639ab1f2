-- uses: step_groups
-- A sample of steps for the scatter plot: the same for the same trace, spread over the whole of it.
--
-- Grain:   one row per sampled step that recorded both prefix and append, neither negative
-- Inputs:  rounds, step_groups
-- Params:  $group_by, $sample_size    most steps
-- Columns: label           group of the step
--          prefix_tokens, append_tokens
SELECT
  label,
  prefix_tokens::DOUBLE AS prefix_tokens,
  newly_append_tokens::DOUBLE AS append_tokens
FROM rounds
JOIN step_groups USING (round_pk)
WHERE group_by = $group_by AND prefix_tokens >= 0 AND newly_append_tokens >= 0
-- Multiplicative hashing (Knuth): steps that follow each other get keys far apart.
ORDER BY (round_pk * 2654435761) % 1000000, round_pk
LIMIT $sample_size
