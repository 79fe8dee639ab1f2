-- uses: step_idle, step_facts
-- Columns: idle           time without activity before the step
--          provider
--          cached_share   of the input
--          steps
SELECT
  CASE
    WHEN idle_us < 60e6 THEN '1: below 1 min'
    WHEN idle_us < 300e6 THEN '2: 1 to 5 min'
    WHEN idle_us < 3600e6 THEN '3: 5 min to 1 h'
    ELSE '4: 1 h and more'
  END AS idle,
  step_facts.provider,
  sum(prefix_tokens) / sum(context_tokens) AS cached_share,
  count(*) AS steps
FROM step_idle
JOIN step_facts USING (round_pk)
WHERE idle_us >= 0 AND context_tokens > 0
  AND day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY ALL
ORDER BY ALL
