-- uses: run_members, session_starts, spells, session_bills
-- Sessions that are one piece of work: what they cost together, and how parallel they were.
--
-- Grain:   one row per run, the most expensive first.
-- Params:  $gap_us      longest silence within an episode, at least 60 s
--          $with_bursts also sessions that no session started, within $burst_us of the one before of their person, provider and project
--          $burst_us
--          $most        at most so many; NULL: all
-- Columns: run, basis ('lineage' or 'burst'), sessions
--          roots             sessions whose parent isn't in the run
--          max_depth
--          started_at, ended_at   first and last activity in UTC; NULL without times
--          span_s            time in which some session was active
--          work_s            the same added up over sessions
--          speedup           work_s / span_s
--          max_parallel      sessions that were active at once, at most
--          steps to cost_usd of responses, each counted once
--          tokenjam_tokens   input without cache writes, and output
--          base_usd          input of the first step of each session
--          replayed_steps, replayed_usd   steps that repeat a response of another; the cost is NULL where the reading leaves them out
--          models, providers
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
), edges AS (
  SELECT basis, run, unnest([{'us': from_us, 'd': 1}, {'us': to_us, 'd': -1}], recursive := true)
  FROM episodes
  JOIN members USING (session_id)
), levels AS (
  SELECT
    basis,
    run,
    us,
    lead(us) OVER in_run - us AS length_us,
    sum(d) OVER (in_run ROWS UNBOUNDED PRECEDING) AS at_once
  FROM edges
  WINDOW in_run AS (PARTITION BY basis, run ORDER BY us, d)
), times AS (
  SELECT
    basis,
    run,
    min(us) AS from_us,
    max(us) AS to_us,
    coalesce(sum(length_us) FILTER (at_once > 0), 0) AS span_us,
    coalesce(sum(length_us * at_once), 0) AS work_us,
    greatest(max(at_once), 1) AS max_parallel
  FROM levels
  GROUP BY basis, run
), sums AS (
  SELECT
    basis,
    run,
    count(*) AS sessions,
    count(*) FILTER (parent_session_id IS NULL OR parent_session_id NOT IN (SELECT session_id FROM members)) AS roots,
    max(depth) AS max_depth,
    sum(steps)::BIGINT AS steps,
    sum(calls)::BIGINT AS calls,
    sum(errors)::BIGINT AS errors,
    sum(input_tokens)::BIGINT AS input_tokens,
    sum(output_tokens)::BIGINT AS output_tokens,
    sum(write_tokens)::BIGINT AS cache_write_tokens,
    sum(cost_nano) / 1e9 AS cost_usd,
    sum(unpriced_steps)::BIGINT AS unpriced_steps,
    sum(base_nano) / 1e9 AS base_usd,
    sum(copied_steps)::BIGINT AS replayed_steps,
    sum(copied_nano) / 1e9 AS replayed_usd,
    array_to_string(list_sort(list_distinct(flatten(list(coalesce(models, []))))), ' ') AS models,
    array_to_string(list_sort(list(DISTINCT provider)), ' ') AS providers
  FROM members
  JOIN session_bills USING (session_id)
  GROUP BY basis, run
)
SELECT
  run,
  basis,
  sessions,
  roots,
  max_depth,
  strftime(make_timestamp(from_us), '%Y-%m-%dT%H:%M:%S.%gZ') AS started_at,
  strftime(make_timestamp(to_us), '%Y-%m-%dT%H:%M:%S.%gZ') AS ended_at,
  span_us / 1e6 AS span_s,
  work_us / 1e6 AS work_s,
  work_us / nullif(span_us, 0) AS speedup,
  max_parallel::BIGINT AS max_parallel,
  steps,
  calls,
  errors,
  input_tokens,
  output_tokens,
  cache_write_tokens,
  input_tokens - cache_write_tokens + output_tokens AS tokenjam_tokens,
  cost_usd,
  unpriced_steps,
  base_usd,
  replayed_steps,
  replayed_usd,
  models,
  providers
FROM sums
LEFT JOIN times USING (basis, run)
QUALIFY $most::BIGINT IS NULL OR row_number() OVER (ORDER BY cost_usd DESC NULLS LAST, basis, run) <= $most
ORDER BY cost_usd DESC NULLS LAST, basis, run
