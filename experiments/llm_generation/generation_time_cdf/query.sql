-- uses: step_times
-- How long each agent step generated, as far as its log shows: from its last input before the first output to its last output.
--
-- Grain:   one row per step with a measurable generation, in file order.
-- Columns: provider   '<unknown-provider>' when the step has none
--          session_id
--          seconds    > 0
--          short_s    the same below a minute, else 0
SELECT
  coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
  session_id,
  generation_us / 1e6 AS seconds,
  if(seconds < 60, seconds, 0) AS short_s
FROM rounds
JOIN step_times USING (round_pk)
WHERE generation_us > 0
ORDER BY round_pk
