-- uses: step_groups
-- Output tokens of each agent step whose output count is final.
--
-- Grain:   one row per step with an output of 0 or more, in any order
-- Inputs:  rounds, step_groups
-- Params:  $group_by       provider, model, provider_model
-- Columns: label           group of the step
--          session_id
--          output_tokens   as recorded: with reasoning for Codex
SELECT label, session_id, output_tokens::DOUBLE AS output_tokens
FROM rounds
JOIN step_groups USING (round_pk)
WHERE group_by = $group_by AND output_is_final AND output_tokens >= 0
