-- uses: context_use, step_facts
-- Columns: provider
--          steps
--          reset_steps         that begin with a reset
--          sessions            with a reset
--          p50_before_tokens   median context before a reset
--          p50_after_tokens    and after it
SELECT
  step_facts.provider,
  count(*) AS steps,
  count(reset) AS reset_steps,
  count(DISTINCT step_facts.session_id) FILTER (reset IS NOT NULL) AS sessions,
  quantile_cont(previous_context_tokens, 0.5) FILTER (reset IS NOT NULL) AS p50_before_tokens,
  quantile_cont(context_use.context_tokens, 0.5) FILTER (reset IS NOT NULL) AS p50_after_tokens
FROM context_use
JOIN step_facts USING (round_pk)
WHERE day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY step_facts.provider
ORDER BY step_facts.provider
