-- uses: kept_cache, step_facts
-- Columns: provider
--          returning_steps   that begin with a message of a person and follow another step
--          moved_tokens      input that would have been read from the cache
--          saved_usd
--          cost_usd          as it was
--          saved_share       of the cost
SELECT
  step_facts.provider,
  count(*) FILTER (is_return) AS returning_steps,
  sum(moved_tokens)::BIGINT AS moved_tokens,
  sum(saved_nano) / 1e9 AS saved_usd,
  sum(cost_nano) / 1e9 AS cost_usd,
  saved_usd / nullif(cost_usd, 0) AS saved_share
FROM kept_cache
JOIN step_facts USING (round_pk)
WHERE day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY step_facts.provider
ORDER BY step_facts.provider
