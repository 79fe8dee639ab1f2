-- uses: step_times, step_tools
-- How long the session lay idle before each agent step: while the human thought, or while the longest tool ran.
--
-- Grain:  one row per step with provider, session and round index (`round_pk`, unique).
-- Inputs: rounds, timing_events, tool_calls, step_times, step_tools
-- A session is (provider, session_id). Its steps are ordered by round index, then time (steps without come first), then file order.
--
--   round_pk                         the step
--   previous_round_pk                the step before it, whatever triggered that one; NULL for the first
--   trigger                          'user' or 'tool_result' after the step's first timing event; NULL for any other
--   idle_us                          user: from the latest time of the previous step (events, tool calls and their results) to
--                                    the time listed first in this one, NULL when that is negative; tool_result: the longest of
--                                    the calls whose results open the step, as an earlier step of the session logged them (the
--                                    latest one that has the call's id); NULL when unknown, >= 0
WITH named AS (
  SELECT provider, session_id, min(round_pk) AS session_pk -- compared faster than two texts
  FROM rounds
  GROUP BY provider, session_id
), timed_steps AS (
  SELECT
    rounds.round_pk,
    session_pk,
    round_index,
    first_other_index,
    CASE first_event_type WHEN 'user_message' THEN 'user' WHEN 'tool_result' THEN 'tool_result' END AS trigger,
    coalesce(first_listed_us, calls_from_us) AS start_us,
    greatest(step_times.last_us, calls_to_us) AS last_us -- ignores NULLs
  FROM rounds
  JOIN step_times USING (round_pk)
  JOIN step_tools USING (round_pk)
  JOIN named USING (provider, session_id)
  WHERE provider IS NOT NULL AND session_id IS NOT NULL AND round_index IS NOT NULL
), ordered_steps AS (
  SELECT
    *,
    row_number() OVER in_session AS position,
    lag(round_pk) OVER in_session AS previous_round_pk,
    start_us - lag(last_us) OVER in_session AS since_previous_us
  FROM timed_steps
  WINDOW in_session AS (PARTITION BY session_pk ORDER BY round_index, start_us NULLS FIRST, round_pk)
), logged_calls AS (
  SELECT
    session_pk,
    tool_call_id,
    position,
    position::HUGEINT * 4294967296 + tool_index AS place,
    CASE WHEN result_at >= emitted_at THEN epoch_us(result_at) - epoch_us(emitted_at) END AS duration_us
  FROM tool_calls
  JOIN ordered_steps USING (round_pk)
  WHERE tool_call_id <> ''
), opening_results AS (
  SELECT round_pk, event_index, session_pk, position, tool_call_id
  FROM timing_events
  JOIN ordered_steps USING (round_pk)
  WHERE event_type = 'tool_result' AND tool_call_id <> '' AND (first_other_index IS NULL OR event_index < first_other_index)
), durations AS (
  -- An id that is used again stands for its later call, also when that has no duration.
  SELECT round_pk, arg_max_null(duration_us, place) AS duration_us
  FROM opening_results AS result
  JOIN logged_calls AS call
    ON result.session_pk = call.session_pk AND result.tool_call_id = call.tool_call_id AND result.position > call.position
  GROUP BY round_pk, event_index
), tool_waits AS (
  SELECT round_pk, max(duration_us) AS longest_us
  FROM durations
  GROUP BY round_pk
)
SELECT
  round_pk,
  previous_round_pk,
  trigger,
  CASE
    WHEN trigger = 'tool_result' THEN longest_us
    WHEN trigger = 'user' AND since_previous_us >= 0 THEN since_previous_us
  END AS idle_us
FROM ordered_steps
LEFT JOIN tool_waits USING (round_pk)
