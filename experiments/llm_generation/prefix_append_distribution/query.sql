-- uses: step_groups
-- Prefix and append tokens of each agent step.
--
-- Grain:   one row per step
-- Inputs:  rounds, step_groups
-- Params:  $group_by              provider, model, provider_model
-- Columns: label                  group of the step
--          session_id
--          prefix_tokens, newly_append_tokens   cached and new input; NULL where not recorded or negative
SELECT
  label,
  session_id,
  if(prefix_tokens >= 0, prefix_tokens::DOUBLE, NULL) AS prefix_tokens,
  if(newly_append_tokens >= 0, newly_append_tokens::DOUBLE, NULL) AS newly_append_tokens
FROM rounds
JOIN step_groups USING (round_pk)
WHERE group_by = $group_by
