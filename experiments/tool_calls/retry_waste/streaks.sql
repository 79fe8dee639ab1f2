-- uses: failing_calls, repeated_calls, step_cost
-- Streaks of failed calls, the most expensive first.
--
-- merge: top $most by cost_of_touched_steps_usd DESC NULLS LAST, session_id, first_call_no
-- Grain:   one row per streak. A call is in one at most: loops are found first, then runs in what is left.
-- Params:  $streak     failed calls that make a streak
--          $min        as in counts.sql
--          $most       rows; NULL: all
-- Columns: kind        loop: all calls have the same tool and input; else failure_run
--          tools       their tools, in alphabetical order, separated by a space
--          steps       steps that have its calls
--          existence_usd
--                      cost of those that have no calls but repetitions
--          cost_of_touched_steps_usd
--                      cost of all of them, as burn counts it; both NULL where no step has a price
WITH pieces AS (
  SELECT
    *,
    stretch_calls >= $streak AS in_loop,
    if(in_loop, stretch_call_no, call_no - row_number() OVER (PARTITION BY session_id, run_call_no, in_loop ORDER BY call_no)) AS piece
  FROM failing_calls
), streak_steps AS (
  SELECT provider, session_id, request_no, run_call_no, in_loop, piece, step, round_pk, list(tool) AS tools, min(call_no) AS first_call_no, max(call_no) AS last_call_no, count(*) AS calls
  FROM pieces
  GROUP BY ALL
), sole AS (
  SELECT DISTINCT round_pk FROM repeated_calls WHERE sole_from_chars >= $min
)
SELECT
  provider,
  session_id,
  request_no,
  if(in_loop, 'loop', 'failure_run') AS kind,
  sum(calls)::BIGINT AS length,
  array_to_string(list_sort(list_distinct(flatten(list(tools)))), ' ') AS tools,
  min(step) AS first_step,
  max(step) AS last_step,
  count(*) AS steps,
  min(first_call_no) AS first_call_no,
  max(last_call_no) AS last_call_no,
  CASE WHEN count(cost_nano) > 0 THEN coalesce(sum(cost_nano) FILTER (sole.round_pk IS NOT NULL), 0) / 1e9 END AS existence_usd,
  sum(cost_nano) / 1e9 AS cost_of_touched_steps_usd
FROM streak_steps
JOIN step_cost USING (round_pk)
LEFT JOIN sole USING (round_pk)
GROUP BY provider, session_id, request_no, run_call_no, in_loop, piece
HAVING sum(calls) >= $streak
ORDER BY cost_of_touched_steps_usd DESC NULLS LAST, session_id, first_call_no
LIMIT coalesce($most, 9223372036854775807)
