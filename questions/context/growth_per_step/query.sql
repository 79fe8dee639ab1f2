-- uses: context_growth, step_facts
-- Columns: provider
--          trigger           user or tool_result
--          steps
--          mean_tokens
--          p50_tokens        median growth
--          p90_tokens
--          shrinking_steps   whose context is smaller than that of the step before
SELECT
  step_facts.provider,
  trigger,
  count(*) AS steps,
  avg(delta_tokens) AS mean_tokens,
  quantile_cont(delta_tokens, 0.5) AS p50_tokens,
  quantile_cont(delta_tokens, 0.9) AS p90_tokens,
  count(*) FILTER (delta_tokens < 0) AS shrinking_steps
FROM context_growth
JOIN step_facts USING (round_pk)
WHERE day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY step_facts.provider, trigger
ORDER BY step_facts.provider, trigger
