-- uses: step_facts
-- Columns: provider
--          model
--          steps
--          p50_tokens   median context
--          p90_tokens
--          p99_tokens
--          max_tokens
SELECT
  provider,
  model,
  count(*) AS steps,
  quantile_cont(context_tokens, 0.5) AS p50_tokens,
  quantile_cont(context_tokens, 0.9) AS p90_tokens,
  quantile_cont(context_tokens, 0.99) AS p99_tokens,
  max(context_tokens) AS max_tokens
FROM step_facts
WHERE session_id <> '' AND day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY provider, model
ORDER BY steps DESC, provider, model
