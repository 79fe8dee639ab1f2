-- uses: context_growth
-- What each step prefills, and how much of it is fresh: the steps that query.sql adds up.
--
-- Grain:   one row per step that begins with a user message or a tool result and follows another step of its session in the file
--          whose output count is final.
-- Columns: provider        NULL when unknown
--          trigger         user or tool_result
--          session_id
--          append_tokens   new input of the step
--          fresh_tokens    growth of the total input less the output of the step before; may be negative
SELECT
  growth.provider,
  trigger,
  growth.session_id,
  coalesce(step.newly_append_tokens, 0) AS append_tokens,
  greatest(0, delta_tokens) - coalesce(previous.output_tokens, 0) AS fresh_tokens
FROM context_growth AS growth
JOIN rounds AS step USING (round_pk)
JOIN rounds AS previous ON previous.round_pk = previous_round_pk
WHERE previous.output_is_final
