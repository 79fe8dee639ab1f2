-- uses: requests, request_steps, step_times
-- What is known to have happened inside a request: its generation spans and the waits for its tools, cut to the request.
--
-- Grain:  one row per generation span or tool call of a request that covers some of its time. They may overlap.
-- Inputs: tool_calls
-- Times in epoch microseconds.
--
--   opening_round_pk         the request, by its first step
--   kind                     'generation' or 'tool'
--   from_us, to_us           the interval within the request, which is from the user's message to the last output; to_us > from_us. A
--                            generation span runs from the last input before the first output to the last output of a step; a tool's
--                            wait from call to result, where both times are known
--   idle_from_us             latest end of the intervals that start before this one (ties by end, then kind), or the start of the request:
--                            where it is before from_us, nothing is known of the time between
WITH spans AS (
  SELECT round_pk, 'generation' AS kind, last_input_before_output_us AS from_us, last_output_us AS to_us
  FROM step_times
  WHERE generation_us > 0
  UNION ALL
  SELECT round_pk, 'tool' AS kind, epoch_us(emitted_at) AS from_us, epoch_us(result_at) AS to_us
  FROM tool_calls
  WHERE result_at > emitted_at
), steps AS (
  SELECT round_pk, opening_round_pk, start_us AS request_from_us, end_us AS request_to_us
  FROM request_steps
  JOIN requests USING (opening_round_pk)
), inside AS (
  SELECT
    opening_round_pk,
    kind,
    request_from_us,
    greatest(from_us, request_from_us) AS from_us,
    least(to_us, request_to_us) AS to_us
  FROM spans
  JOIN steps USING (round_pk)
  WHERE to_us > request_from_us AND from_us < request_to_us
)
SELECT
  * EXCLUDE (request_from_us),
  coalesce(
    max(to_us) OVER (PARTITION BY opening_round_pk ORDER BY from_us, to_us, kind ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
    request_from_us
  ) AS idle_from_us
FROM inside
