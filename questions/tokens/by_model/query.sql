-- uses: step_facts
-- Columns: provider
--          model
--          steps           agent steps
--          input_tokens    cached or not
--          output_tokens   of steps whose count is final
--          cached_share    of the input
SELECT
  provider,
  model,
  count(*) AS steps,
  sum(context_tokens)::BIGINT AS input_tokens,
  coalesce(sum(output_tokens) FILTER (output_is_final), 0)::BIGINT AS output_tokens,
  sum(prefix_tokens) / nullif(sum(context_tokens), 0) AS cached_share
FROM step_facts
WHERE day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY provider, model
ORDER BY steps DESC, provider, model
