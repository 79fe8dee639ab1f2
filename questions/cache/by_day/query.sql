-- uses: step_facts
-- Columns: day            in UTC; (undated) without a time
--          cached_share   of the input
--          new_tokens     input that was not cached
--          steps
SELECT
  day,
  sum(prefix_tokens) / nullif(sum(context_tokens), 0) AS cached_share,
  sum(append_tokens)::BIGINT AS new_tokens,
  count(*) AS steps
FROM step_facts
WHERE day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY day
ORDER BY day
