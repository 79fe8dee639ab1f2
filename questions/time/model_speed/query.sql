-- uses: generation_steps, step_times, step_facts
-- Columns: provider
--          model
--          steps               with a generation time
--          p50_s               median time of a step
--          p90_s
--          mean_tokens_per_s   all output by all time, of the steps whose output was logged to the end; NULL without any
SELECT
  step_facts.provider,
  model,
  count(*) AS steps,
  quantile_cont(step_times.generation_us, 0.5) / 1e6 AS p50_s,
  quantile_cont(step_times.generation_us, 0.9) / 1e6 AS p90_s,
  sum(generation_steps.output_tokens) / (sum(generation_steps.generation_us) / 1e6) AS mean_tokens_per_s
FROM step_facts
JOIN step_times USING (round_pk)
LEFT JOIN generation_steps USING (round_pk)
WHERE step_times.generation_us > 0
  AND day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY step_facts.provider, model
ORDER BY steps DESC, step_facts.provider, model
