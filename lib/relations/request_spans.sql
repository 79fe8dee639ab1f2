-- uses: steps, person_waits
-- The time that each step of a request takes of it, and how much of that the agent waited for a person.
--
-- Grain:  one row per step of a request of `request_steps_all` whose times are known (`round_pk`, unique).
-- A step lasts from its last input before its first output to that of the next step: generation, its calls, and what came between.
-- So the steps of a request fill it from the user message to the latest output.
--
--   round_pk, session_pk, request_no, step
--   from_us, to_us   epoch microseconds
--   human_us         the part of it that is in `person_waits`; microseconds
WITH waits AS ( -- the parts of waits of a step that no earlier one covers
  SELECT
    round_pk,
    greatest(from_us, coalesce(max(to_us) OVER before, from_us)) AS from_us,
    to_us
  FROM person_waits
  WINDOW before AS (PARTITION BY round_pk ORDER BY from_us, to_us ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
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
  SELECT *, coalesce(lead(from_us) OVER (PARTITION BY session_pk, request_no ORDER BY step), end_us) AS to_us
  FROM placed
), waited AS (
  SELECT round_pk, sum(greatest(least(waits.to_us, spans.to_us) - greatest(waits.from_us, spans.from_us), 0))::BIGINT AS human_us
  FROM waits
  JOIN spans USING (round_pk)
  GROUP BY round_pk
)
SELECT round_pk, session_pk, request_no, step, from_us, to_us, coalesce(human_us, 0) AS human_us
FROM spans
LEFT JOIN waited USING (round_pk)
