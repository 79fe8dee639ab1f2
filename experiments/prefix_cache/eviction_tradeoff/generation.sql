-- uses: step_times
-- The generation time that idle storage is compared with.
--
-- Grain:  one row per provider, NULL for steps without one.
-- Inputs: rounds, step_times
--
--   provider       as it is
--   generation_s   sum of the steps' generation spans, seconds
SELECT provider, sum(generation_us)::DOUBLE / 1e6 AS generation_s
FROM step_times
JOIN rounds USING (round_pk)
WHERE generation_us IS NOT NULL
GROUP BY provider
ORDER BY provider
