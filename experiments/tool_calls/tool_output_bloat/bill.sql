-- uses: steps, rent
-- Input of all steps, and what it cost.
--
-- Grain:   one row per provider.
-- merge:   key(provider) sum(steps, unpriced_steps, input_nano)
-- Columns: provider, steps, unpriced_steps
--          input_nano   billed input of those with a price, nano-dollars
SELECT provider, count(*) AS steps, count(*) FILTER (input_nano IS NULL) AS unpriced_steps, coalesce(sum(input_nano), 0) AS input_nano
FROM steps
JOIN rent USING (round_pk)
GROUP BY provider
ORDER BY provider
