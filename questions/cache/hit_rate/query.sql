-- uses: step_facts
-- Columns: provider
--          model
--          steps
--          cached_tokens   read from the cache
--          new_tokens      the rest of the input
--          cached_share    of the input
SELECT
  provider,
  model,
  count(*) AS steps,
  sum(prefix_tokens)::BIGINT AS cached_tokens,
  sum(append_tokens)::BIGINT AS new_tokens,
  sum(prefix_tokens) / nullif(sum(context_tokens), 0) AS cached_share
FROM step_facts
WHERE day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY provider, model
ORDER BY steps DESC, provider, model
