-- uses: steps, calls, tool_activity
-- What each step does, by its calls, and the phases that follow from it: runs of steps of a request that do the same.
--
-- Grain:  one row per step of a named session (`round_pk`, unique).
--
--   round_pk, session_pk, request_no, step
--                   as in `steps`; steps before the first request (0) have phases, too
--   activity        the first of 'delegate', 'edit', 'run', 'explore', 'plan', 'other' that one of its calls is, by `tool_activity`;
--                   'answer' for a step without calls
--   phase           1, 2, … within the request
--   calls, errors, unknown_calls
--                   its calls, those that failed, and those whose status is not known
--   tool_us, error_us
--                   wall time of its calls, added up where they ran at once, and of those that failed; microseconds
WITH called AS (
  SELECT
    round_pk,
    -- The place of an activity in the order, as one number, which is compared faster than a text.
    min(CASE activity WHEN 'delegate' THEN 1 WHEN 'edit' THEN 2 WHEN 'run' THEN 3 WHEN 'explore' THEN 4 WHEN 'plan' THEN 5 ELSE 6 END) AS called_place,
    count(*) AS calls,
    count(*) FILTER (is_error) AS errors,
    count(*) FILTER (is_error IS NULL) AS unknown_calls,
    coalesce(sum(greatest(wall_ms, 0)), 0)::BIGINT * 1000 AS tool_us,
    coalesce(sum(greatest(wall_ms, 0)) FILTER (is_error), 0)::BIGINT * 1000 AS error_us
  FROM calls
  JOIN tool_activity USING (tool)
  GROUP BY round_pk
), placed AS (
  SELECT
    steps.round_pk,
    session_pk,
    request_no,
    step,
    coalesce(called_place, 7) AS place,
    place IS DISTINCT FROM lag(place) OVER in_request AS opens,
    coalesce(calls, 0) AS calls,
    coalesce(errors, 0) AS errors,
    coalesce(unknown_calls, 0) AS unknown_calls,
    coalesce(tool_us, 0) AS tool_us,
    coalesce(error_us, 0) AS error_us
  FROM steps
  LEFT JOIN called USING (round_pk)
  WINDOW in_request AS (PARTITION BY session_pk, request_no ORDER BY step)
)
SELECT
  round_pk,
  session_pk,
  request_no,
  step,
  ['delegate', 'edit', 'run', 'explore', 'plan', 'other', 'answer'][place] AS activity,
  count(*) FILTER (opens) OVER (PARTITION BY session_pk, request_no ORDER BY step ROWS UNBOUNDED PRECEDING) AS phase,
  calls,
  errors,
  unknown_calls,
  tool_us,
  error_us
FROM placed
