-- uses: context_growth
-- merge: key(provider, trigger) sum(steps, append_tokens, growth_tokens, prior_output_tokens)
-- The tokens that steps prefill, and by how much their context grew.
--
-- Grain:   one row per provider and trigger, over steps that begin with a user message or a tool result and follow another
--          step of their session in the file whose output count is final.
-- Inputs:  rounds, context_growth
-- Columns (tokens; missing counts are 0)
--          provider               NULL when unknown
--          trigger                user or tool_result
--          steps
--          append_tokens          new input of the steps
--          growth_tokens          by how much the total input exceeds that of the step before; 0 where it shrank
--          prior_output_tokens    output of the step before, reasoning included
SELECT
  growth.provider,
  trigger,
  count(*) AS steps,
  sum(coalesce(step.newly_append_tokens, 0))::BIGINT AS append_tokens,
  sum(greatest(0, delta_tokens))::BIGINT AS growth_tokens,
  sum(coalesce(previous.output_tokens, 0))::BIGINT AS prior_output_tokens
FROM context_growth AS growth
JOIN rounds AS step USING (round_pk)
JOIN rounds AS previous ON previous.round_pk = previous_round_pk
WHERE previous.output_is_final
GROUP BY growth.provider, trigger
