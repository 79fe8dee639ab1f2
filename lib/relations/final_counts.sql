-- How many output counts are final. The others were logged while the response was still streaming.
--
-- Grain:  one row per provider and model.
-- Inputs: rounds
--
--   provider, model   '<unknown-provider>', '<unknown-model>' when missing or empty
--   steps             agent steps
--   final_steps       those whose output count is final
SELECT
  coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
  coalesce(nullif(model, ''), '<unknown-model>') AS model,
  count(*) AS steps,
  count(*) FILTER (output_is_final) AS final_steps
FROM rounds
GROUP BY ALL
ORDER BY ALL
