-- Token counts of each agent step of Claude and Codex.
--
-- Grain:   one row per step, in any order
-- Inputs:  rounds
-- Columns: provider                                            claude or codex
--          session_id                                          NULL where missing
--          prefix_tokens, newly_append_tokens, output_tokens   NULL where missing or negative; output also where its count is not final
SELECT
  provider,
  session_id,
  if(prefix_tokens >= 0, prefix_tokens::DOUBLE, NULL) AS prefix_tokens,
  if(newly_append_tokens >= 0, newly_append_tokens::DOUBLE, NULL) AS newly_append_tokens,
  if(output_is_final AND output_tokens >= 0, output_tokens::DOUBLE, NULL) AS output_tokens
FROM rounds
WHERE provider IN ('claude', 'codex')
