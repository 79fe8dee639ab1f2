-- uses: step_groups
-- Prefix and append tokens of each agent step.
--
-- Grain:   one row per step, by label (code-point order), then in file order
-- Inputs:  rounds, step_groups
-- Params:  $group_by              provider, model, provider_model
-- Columns: label                  group of the step
--          prefix_tokens          cached input, newly_append_tokens new input; NULL where not recorded, negative ones as they are
SELECT
  label,
  prefix_tokens::DOUBLE AS prefix_tokens,
  newly_append_tokens::DOUBLE AS newly_append_tokens
FROM rounds
JOIN step_groups USING (round_pk)
WHERE group_by = $group_by
ORDER BY label, round_pk
