-- uses: generation_steps, step_facts
-- Columns: provider
--          model
--          steps               with a measurable generation
--          p50_s               median time of a step
--          p90_s
--          mean_tokens_per_s   all output by all time
SELECT
  step_facts.provider,
  model,
  count(*) AS steps,
  quantile_cont(generation_us, 0.5) / 1e6 AS p50_s,
  quantile_cont(generation_us, 0.9) / 1e6 AS p90_s,
  sum(step_facts.output_tokens) / (sum(generation_us) / 1e6) AS mean_tokens_per_s
FROM generation_steps
JOIN step_facts USING (round_pk)
WHERE day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY step_facts.provider, model
ORDER BY steps DESC, step_facts.provider, model
