-- uses: step_facts
-- Columns: provider
--          model
--          steps           without a price
--          input_tokens    cached or not
--          output_tokens   as logged
SELECT
  provider,
  model,
  count(*) AS steps,
  sum(context_tokens)::BIGINT AS input_tokens,
  sum(output_tokens)::BIGINT AS output_tokens
FROM step_facts
WHERE cost_nano IS NULL AND day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY provider, model
ORDER BY steps DESC, provider, model
