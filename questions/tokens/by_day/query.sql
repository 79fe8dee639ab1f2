-- uses: step_facts
-- Columns: day             in UTC; (undated) without a time
--          steps           agent steps
--          input_tokens    cached or not
--          cached_tokens   read from the cache
--          output_tokens   of steps whose count is final
SELECT
  day,
  count(*) AS steps,
  sum(context_tokens)::BIGINT AS input_tokens,
  sum(prefix_tokens)::BIGINT AS cached_tokens,
  coalesce(sum(output_tokens) FILTER (output_is_final), 0)::BIGINT AS output_tokens
FROM step_facts
WHERE day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY day
ORDER BY day
