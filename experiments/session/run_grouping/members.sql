-- uses: run_members, session_starts, spells, session_bills, lineage
-- The sessions of each run.
--
-- Grain:   one row per run and session, those that nothing started first.
-- Params:  $with_bursts, $burst_us   as in runs.sql
--          $runs   only the runs with these hashes, of `sessionHashes`; NULL: all
--          $most   at most so many; NULL: all
-- Columns: run, basis, session_id
--          parent_session_id, edge   as in `lineage`; 'parent (outside)' when the parent isn't in the pool; NULL for a session that nothing started
--          depth, kind, agent_type
--          started_at, ended_at      first and last activity in UTC, and called_at, when a call started it; NULL when unknown
--          from_s, to_s, called_s    the same in seconds after the first activity of the run
--          sessions                  of the run
--          steps, cost_usd           without responses that another session holds first
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
), active AS (
  SELECT session_id, min(from_us) AS from_us, max(to_us) AS to_us FROM spells GROUP BY session_id
), types AS (
  SELECT session_id, min(agent_type) AS agent_type FROM sessions GROUP BY session_id
)
SELECT
  run,
  basis,
  session_id,
  parent_session_id,
  if(link_basis = 'orphan', 'parent (outside)', link_basis) AS edge,
  depth,
  relation AS kind,
  agent_type,
  strftime(make_timestamp(from_us), '%Y-%m-%dT%H:%M:%S.%gZ') AS started_at,
  strftime(make_timestamp(to_us), '%Y-%m-%dT%H:%M:%S.%gZ') AS ended_at,
  strftime(make_timestamp(called_us), '%Y-%m-%dT%H:%M:%S.%gZ') AS called_at,
  (from_us - min(from_us) OVER in_run) / 1e6 AS from_s,
  (to_us - min(from_us) OVER in_run) / 1e6 AS to_s,
  (called_us - min(from_us) OVER in_run) / 1e6 AS called_s,
  count(*) OVER in_run AS sessions,
  steps,
  cost_nano / 1e9 AS cost_usd
FROM members
JOIN session_bills USING (session_id)
LEFT JOIN active USING (session_id)
LEFT JOIN (SELECT session_id, called_us FROM lineage) USING (session_id)
LEFT JOIN types USING (session_id)
WHERE $runs::VARCHAR IS NULL OR list_contains(string_split($runs, ' '), md5(run))
WINDOW in_run AS (PARTITION BY basis, run)
QUALIFY $most::BIGINT IS NULL OR row_number() OVER (ORDER BY basis, run, depth, from_us NULLS LAST, session_id) <= $most
ORDER BY basis, run, depth, started_at NULLS LAST, session_id
