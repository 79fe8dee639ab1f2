-- uses: generation_steps
-- merge: key(provider) sum(squares, capped_squares)
-- How far speeds are from their mean.
--
-- Grain:  one row per provider in $means, by name.
-- Params: $cap     tokens per second
--         $means   JSON list of {provider, mean, capped_mean}: of the speeds, and of those of at most $cap each; tokens per second
--
-- Columns
--   squares, capped_squares    sums of the squared differences from these means, in 1e-12 of their unit
WITH means AS (
  SELECT unnest(from_json($means::VARCHAR, '[{"provider": "VARCHAR", "mean": "DOUBLE", "capped_mean": "DOUBLE"}]'), recursive := true)
), differences AS (
  SELECT provider, speed - mean AS difference, least(speed, $cap::DOUBLE) - capped_mean AS capped_difference
  FROM generation_steps
  JOIN means USING (provider)
)
SELECT
  provider,
  sum(round(difference * difference * 1e12)::HUGEINT) AS squares,
  sum(round(capped_difference * capped_difference * 1e12)::HUGEINT) AS capped_squares
FROM differences
GROUP BY provider
ORDER BY provider
