-- merge: key(name, provider) sum(offenders, looked_at) min(first_round_pk)
-- Whether the events of a step are numbered 1, 2, 3 … and have a time, and whether they are in order within steps and sessions.
--
-- Grain:   one row per check and provider of the step. `event_has_time` counts events, the others count steps.
-- Inputs:  rounds, timing_events. Events without a time are left out where times are compared; a step is
--          compared with the preceding step of its session in file order, by their earliest events.
-- Columns  name            the check
--          provider        `<unknown-provider>` when missing
--          offenders       rows that fail it
--          looked_at       rows that it applies to
--          first_round_pk  first step with a failing row; NULL when none fails
WITH events AS (
  SELECT
    round_pk,
    timestamp,
    event_index IS DISTINCT FROM row_number() OVER list_order AS is_misnumbered,
    timestamp < lag(timestamp IGNORE NULLS) OVER list_order AS runs_back
  FROM timing_events
  WINDOW list_order AS (PARTITION BY round_pk ORDER BY event_index)
), step_events AS (
  SELECT
    round_pk,
    count(*) AS events,
    count(timestamp) AS timed_events,
    min(timestamp) AS first_at,
    bool_or(is_misnumbered) AS is_misnumbered,
    bool_or(runs_back) AS runs_back
  FROM events
  GROUP BY round_pk
), steps AS (
  SELECT round_pk, coalesce(provider, '<unknown-provider>') AS provider, session_id FROM rounds
), sessions_of AS (
  SELECT session_id, min(round_pk) AS session_pk -- a number compares faster than a name
  FROM rounds
  WHERE session_id <> ''
  GROUP BY session_id
), step_checks AS (
  SELECT
    provider,
    round_pk,
    unnest([
      {name: 'event_index_contiguous', offenders: is_misnumbered::BIGINT, looked_at: 1},
      {name: 'event_has_time', offenders: events - timed_events, looked_at: events},
      {name: 'clock_within_step', offenders: runs_back::BIGINT, looked_at: (timed_events > 1)::BIGINT}
    ], recursive := true)
  FROM step_events
  JOIN steps USING (round_pk)
), session_steps AS (
  SELECT provider, round_pk, first_at < lag(first_at) OVER session_order AS runs_back, row_number() OVER session_order > 1 AS follows
  FROM step_events
  JOIN steps USING (round_pk)
  JOIN sessions_of USING (session_id)
  WHERE first_at IS NOT NULL
  WINDOW session_order AS (PARTITION BY session_pk ORDER BY round_pk)
), judged AS (
  SELECT name, provider, round_pk, offenders, looked_at FROM step_checks
  UNION ALL
  SELECT 'clock_between_steps', provider, round_pk, runs_back::BIGINT, follows::BIGINT FROM session_steps
)
SELECT
  name,
  provider,
  coalesce(sum(offenders), 0) AS offenders,
  sum(looked_at) AS looked_at,
  min(round_pk) FILTER (offenders > 0) AS first_round_pk
FROM judged
GROUP BY ALL
ORDER BY name, provider
