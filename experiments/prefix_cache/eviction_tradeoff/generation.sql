-- uses: step_times
-- merge: key(provider) sum(generation_us) by provider
-- The generation time that idle storage is compared with.
--
-- Grain:  one row per provider, NULL for steps without one.
-- Inputs: rounds, step_times
--
--   provider        as it is
--   generation_us   sum of the steps' generation spans, microseconds
SELECT provider, sum(generation_us) AS generation_us
FROM step_times
JOIN rounds USING (round_pk)
WHERE generation_us IS NOT NULL
GROUP BY provider
