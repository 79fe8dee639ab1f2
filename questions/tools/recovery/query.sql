-- uses: failure_episodes
-- Columns: tool
--          episodes             of failures
--          recovered_share      the tool worked again in the request
--          switched_share       the next step called other tools, and the tool never worked again
--          p50_recovery_steps   median steps until it worked again
--          repair_usd           cost of the steps in between
SELECT
  failure_episodes.tool,
  count(*) AS episodes,
  count(*) FILTER (outcome = 'recovered') / count(*) AS recovered_share,
  count(*) FILTER (outcome = 'switched') / count(*) AS switched_share,
  quantile_cont(steps_to_recovery, 0.5) AS p50_recovery_steps,
  sum(repair_nano) / 1e9 AS repair_usd
FROM failure_episodes
WHERE kind <> 'empty search' AND provider GLOB $provider AND tool GLOB $tool
GROUP BY failure_episodes.tool
ORDER BY episodes DESC, failure_episodes.tool
LIMIT $top
