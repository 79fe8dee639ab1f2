-- uses: step_facts
-- Columns: provider
--          steps         with a final count
--          mean_tokens
--          p50_tokens
--          p90_tokens
--          p99_tokens
--          max_tokens
SELECT
  provider,
  count(*) AS steps,
  avg(output_tokens) AS mean_tokens,
  quantile_cont(output_tokens, 0.5) AS p50_tokens,
  quantile_cont(output_tokens, 0.9) AS p90_tokens,
  quantile_cont(output_tokens, 0.99) AS p99_tokens,
  max(output_tokens) AS max_tokens
FROM step_facts
JOIN (SELECT round_pk FROM rounds WHERE output_tokens >= 0) USING (round_pk)
WHERE output_is_final AND day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY provider
ORDER BY provider
