-- uses: step_facts
-- Columns: provider
--          model
--          steps              with a logged count of reasoning
--          output_tokens      of these steps
--          reasoning_tokens
--          reasoning_share    of the output
SELECT
  step_facts.provider,
  step_facts.model,
  count(*) AS steps,
  sum(step_facts.output_tokens)::BIGINT AS output_tokens,
  sum(reasoning_output_tokens)::BIGINT AS reasoning_tokens,
  sum(reasoning_output_tokens) / nullif(sum(step_facts.output_tokens), 0) AS reasoning_share
FROM step_facts
JOIN rounds USING (round_pk)
WHERE reasoning_output_tokens >= 0 AND step_facts.output_is_final
  AND day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND step_facts.project GLOB $project
GROUP BY ALL
ORDER BY reasoning_tokens DESC, step_facts.provider, step_facts.model
