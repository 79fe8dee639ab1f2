-- uses: step_times, step_facts
-- Columns: provider
--          input_from_tokens   beginning of the range of input sizes
--          p50_tokens_per_s    median speed
--          steps               at least 10
SELECT
  step_facts.provider,
  context_tokens // $bin_tokens * $bin_tokens AS input_from_tokens,
  quantile_cont(output_tokens / (generation_us / 1e6), 0.5) AS p50_tokens_per_s,
  count(*) AS steps
FROM step_facts
JOIN step_times USING (round_pk)
WHERE output_is_final AND output_tokens >= 50 AND generation_us > 0
  AND day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY ALL
HAVING count(*) >= 10
ORDER BY step_facts.provider, input_from_tokens
