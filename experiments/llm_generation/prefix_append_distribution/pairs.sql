-- uses: step_groups
-- Steps for the scatter plot, to be sampled.
--
-- Grain:   one row per step that recorded both prefix and append, neither negative
-- Inputs:  rounds, step_groups
-- Params:  $group_by
-- Columns: round_pk, label, prefix_tokens, append_tokens
SELECT
  round_pk,
  label,
  prefix_tokens::DOUBLE AS prefix_tokens,
  newly_append_tokens::DOUBLE AS append_tokens
FROM rounds
JOIN step_groups USING (round_pk)
WHERE group_by = $group_by AND prefix_tokens >= 0 AND newly_append_tokens >= 0
