-- uses: step_facts
-- Columns: provider
--          reason       as logged
--          steps
--          new_tokens   their input that was not cached
SELECT
  provider,
  cache_miss_reason AS reason,
  count(*) AS steps,
  sum(append_tokens)::BIGINT AS new_tokens
FROM round_details
JOIN step_facts USING (round_pk)
WHERE cache_miss_reason IS NOT NULL AND day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY provider, reason
ORDER BY steps DESC, provider, reason
