-- uses: messages, step_facts
-- Columns: provider
--          messages    with a logged length
--          p50_chars
--          p90_chars
--          max_chars
SELECT
  step_facts.provider,
  count(*) AS messages,
  quantile_cont(content_chars, 0.5) AS p50_chars,
  quantile_cont(content_chars, 0.9) AS p90_chars,
  max(content_chars) AS max_chars
FROM messages
JOIN step_facts USING (round_pk)
WHERE is_typed AND content_chars >= 0
  AND day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY step_facts.provider
ORDER BY step_facts.provider
