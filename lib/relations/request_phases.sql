-- uses: steps, step_activity, error_steps, step_cost, busy
-- Phases of requests: runs of steps that do the same, with the time and the money that each took.
--
-- Grain:  one row per phase of a request of `request_steps_all` (`session_id, request_no, phase`, unique).
-- A step lasts from its last input before its first output to that of the next step: generation, its calls, and what came between.
-- So the phases of a request fill it from the user message to the latest output. Times are NULL when the user message has none.
--
--   session_id, request_no, phase, provider
--   activity              as in `step_activity`
--   first_step, steps     within the session, and how many
--   calls, errors, unknown_calls
--   from_us, to_us        epoch microseconds
--   human_us              the part in which the agent waited for a person, as far as `busy` knows it of calls of these steps; microseconds
--   repair_steps          steps in `error_steps`
--   input_tokens, output_tokens
--   cost_nano, unpriced_steps
--                         whole nano-dollars of the steps with a price, and the number of those without
WITH waits AS ( -- the parts of waits of a step that no earlier one covers
  SELECT
    round_pk,
    greatest(from_us, coalesce(max(to_us) OVER before, from_us)) AS from_us,
    to_us
  FROM busy
  WHERE kind = 'human'
  WINDOW before AS (PARTITION BY round_pk ORDER BY from_us, to_us, tool_index ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), begun AS (
  SELECT
    round_pk,
    session_pk,
    request_no,
    step,
    request_us IS NOT NULL AS opens,
    max(request_us) OVER in_request AS start_us, -- only the opening step has one
    max(last_output_us) OVER in_request AS end_us,
    -- Codex logs results with the step of the call, so that its next step has no input.
    coalesce(last_input_before_output_us, lag(last_us) OVER (PARTITION BY session_pk, request_no ORDER BY step), first_us) AS input_us
  FROM steps
  WHERE request_no > 0
  WINDOW in_request AS (PARTITION BY session_pk, request_no)
), placed AS (
  SELECT
    round_pk,
    session_pk,
    request_no,
    step,
    end_us,
    least(max(if(opens, start_us, greatest(input_us, start_us))) OVER so_far, end_us) AS from_us
  FROM begun
  WHERE end_us >= start_us
  WINDOW so_far AS (PARTITION BY session_pk, request_no ORDER BY step ROWS UNBOUNDED PRECEDING)
), spans AS (
  SELECT
    round_pk,
    from_us,
    coalesce(lead(from_us) OVER (PARTITION BY session_pk, request_no ORDER BY step), end_us) AS to_us
  FROM placed
), waited AS (
  SELECT round_pk, sum(greatest(least(waits.to_us, spans.to_us) - greatest(waits.from_us, spans.from_us), 0))::BIGINT AS human_us
  FROM waits
  JOIN spans USING (round_pk)
  GROUP BY round_pk
)
SELECT
  session_id,
  request_no,
  phase,
  arg_min(provider, step) AS provider,
  any_value(activity) AS activity,
  min(step) AS first_step,
  count(*) AS steps,
  sum(calls)::BIGINT AS calls,
  sum(errors)::BIGINT AS errors,
  sum(unknown_calls)::BIGINT AS unknown_calls,
  min(from_us) AS from_us,
  max(to_us) AS to_us,
  coalesce(sum(human_us), 0)::BIGINT AS human_us,
  count(*) FILTER (is_repair) AS repair_steps,
  sum(context_tokens)::BIGINT AS input_tokens,
  sum(output_tokens)::BIGINT AS output_tokens,
  coalesce(sum(cost_nano), 0) AS cost_nano,
  count(*) FILTER (cost_nano IS NULL) AS unpriced_steps
FROM steps
JOIN step_activity USING (round_pk, session_pk, session_id, request_no, step)
JOIN step_cost USING (round_pk)
LEFT JOIN (SELECT round_pk, TRUE AS is_repair FROM error_steps) USING (round_pk)
LEFT JOIN spans USING (round_pk)
LEFT JOIN waited USING (round_pk)
WHERE request_no > 0
GROUP BY session_id, request_no, phase
