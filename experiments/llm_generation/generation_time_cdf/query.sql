-- uses: step_times
-- How long each agent step generated, as far as its log shows: from its last input before the first output to its last output.
--
-- Grain:   one row per step with a measurable generation, in file order.
-- Columns: provider   '<unknown-provider>' when the step has none
--          seconds    > 0
SELECT
  coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
  generation_us / 1e6 AS seconds
FROM rounds
JOIN step_times USING (round_pk)
WHERE generation_us > 0
ORDER BY round_pk
