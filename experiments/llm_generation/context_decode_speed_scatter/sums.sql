-- uses: generation_steps
-- merge: key(provider) sum(steps, tokens, us, decode_tokens, decode_us, speeds, capped_speeds, steps_above, steps_before)
-- Tokens, times and speeds of each provider, added up.
--
-- Grain:  one row per provider, by name.
-- Params: $least_seconds   shortest time after the last reasoning that can be measured
--         $cap             tokens per second
--         $least_context   tokens
--
-- Columns
--   steps, tokens, us          all steps, their output and microseconds of generation
--   decode_tokens, decode_us   visible tokens and microseconds after the last reasoning, of the steps where that can be measured
--   speeds, capped_speeds      sums of the speeds, and of those of at most $cap each, in 1e-12 tokens per second
--   steps_above                steps faster than $cap
--   steps_before               steps with less context than $least_context
WITH generated AS (
  SELECT *, least(speed, $cap::DOUBLE) AS capped, after_reasoning_us / 1e6 >= $least_seconds::DOUBLE AS is_exact
  FROM generation_steps
)
SELECT
  provider,
  count(*) AS steps,
  sum(output_tokens) AS tokens,
  sum(generation_us) AS us,
  coalesce(sum(visible_tokens) FILTER (is_exact), 0) AS decode_tokens,
  coalesce(sum(after_reasoning_us) FILTER (is_exact), 0) AS decode_us,
  sum(round(speed * 1e12)::HUGEINT) AS speeds,
  sum(round(capped * 1e12)::HUGEINT) AS capped_speeds,
  count(*) FILTER (speed > $cap::DOUBLE) AS steps_above,
  count(*) FILTER (context_tokens < $least_context::DOUBLE) AS steps_before
FROM generated
GROUP BY provider
ORDER BY provider
