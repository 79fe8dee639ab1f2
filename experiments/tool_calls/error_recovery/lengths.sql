-- uses: failure_episodes
-- How long episodes last, up to a horizon.
--
-- merge: key(kind, provider, tool, steps, recovered) sum(episodes)
-- Grain:   one row per kind, provider, tool, length and whether it ended with a recovery.
-- Params:  $horizon    steps; what lasts longer counts as not recovered at the horizon
-- Columns: steps       from the failure to the recovery, or to the last step that shows that there was none
SELECT
  kind,
  provider,
  tool,
  least(observed_steps, $horizon) AS steps,
  outcome = 'recovered' AND observed_steps <= $horizon AS recovered,
  count(*) AS episodes
FROM failure_episodes
GROUP BY kind, provider, tool, steps, recovered
ORDER BY kind, provider, tool, steps, recovered
