-- uses: step_idle
-- merge: key(provider, trigger, is_low) sum(steps, with_gap, long)
-- How many steps follow long gaps, those with a low hit and the others.
--
-- Grain:   one row per provider, trigger and `is_low` that has steps, in their order. Steps as in query.sql, also without a known gap.
-- Inputs:  rounds, step_idle
-- Params:  $low_hit_ratio, $idle_seconds
-- Columns: provider, trigger, is_low    as in query.sql
--          steps, with_gap              all of them; those with a known gap
--          long                         those with a gap above $idle_seconds
SELECT
  rounds.provider,
  trigger,
  prefix_tokens / (prefix_tokens + newly_append_tokens) < $low_hit_ratio AS is_low,
  count(*) AS steps,
  count(idle_us) AS with_gap,
  count(*) FILTER (idle_us / 1e6 > $idle_seconds) AS long
FROM step_idle
JOIN rounds USING (round_pk)
WHERE trigger IS NOT NULL AND prefix_tokens + newly_append_tokens > 0
GROUP BY ALL
