-- uses: run_members, session_starts, spells, steps
-- For how long how many sessions were active at once, of each person and of each run.
--
-- Grain:   one row per scope, key, provider and level.
-- Params:  $gap_us, $with_bursts, $burst_us   as in runs.sql
-- Columns: scope     'person', 'run' or 'burst'
--          key       the person, '<unknown-person>' when missing, or the run
--          provider  only the sessions of this provider; NULL: all
--          agents_at_once, hours
--          share     of the hours of its scope, key and provider
-- scope: pool
WITH started AS (
  SELECT
    *,
    count(*) FILTER (since_us IS NULL OR since_us > $burst_us) OVER (PARTITION BY person, provider, project ORDER BY from_us, session_id) AS burst
  FROM session_starts
  WHERE $with_bursts AND from_us IS NOT NULL
), members AS (
  SELECT 'lineage' AS basis, run, session_id, parent_session_id, link_basis, depth, relation FROM run_members
  UNION ALL
  SELECT 'burst', min(session_id) OVER in_burst, session_id, NULL, NULL, 0, 'main'
  FROM started
  WINDOW in_burst AS (PARTITION BY person, provider, project, burst)
  QUALIFY count(*) OVER in_burst > 1
), numbered AS (
  SELECT *, count(*) FILTER (silence_us IS NULL OR silence_us > $gap_us) OVER (PARTITION BY session_id ORDER BY from_us) AS episode
  FROM (SELECT *, from_us - lag(to_us) OVER (PARTITION BY session_id ORDER BY from_us) AS silence_us FROM spells)
), episodes AS (
  SELECT session_id, min(from_us) AS from_us, max(to_us) AS to_us FROM numbered GROUP BY session_id, episode
), people AS (
  SELECT session_id, coalesce(min(person), '<unknown-person>') AS person, min(provider) AS provider FROM steps GROUP BY session_id
), scoped AS (
  SELECT 'person' AS scope, person AS key, NULL AS provider, session_id FROM people
  UNION ALL
  SELECT 'person', person, provider, session_id FROM people
  UNION ALL
  SELECT if(basis = 'lineage', 'run', 'burst'), run, NULL, session_id FROM members
), edges AS (
  SELECT scope, key, provider, unnest([{'us': from_us, 'd': 1}, {'us': to_us, 'd': -1}], recursive := true)
  FROM episodes
  JOIN scoped USING (session_id)
), levels AS (
  SELECT
    scope,
    key,
    provider,
    lead(us) OVER of_key - us AS length_us,
    sum(d) OVER (of_key ROWS UNBOUNDED PRECEDING)::BIGINT AS agents_at_once
  FROM edges
  WINDOW of_key AS (PARTITION BY scope, key, provider ORDER BY us, d)
)
SELECT
  scope,
  key,
  provider,
  agents_at_once,
  sum(length_us) / 3.6e9 AS hours,
  sum(length_us) / sum(sum(length_us)) OVER (PARTITION BY scope, key, provider) AS share
FROM levels
WHERE agents_at_once > 0 AND length_us > 0
GROUP BY scope, key, provider, agents_at_once
ORDER BY scope, key, provider NULLS FIRST, agents_at_once
