-- uses: request_steps, step_times, step_tools
-- Requests (user turns): from the user message that the first step answers to the last output before the next request.
--
-- Grain:  one row per request, of the empty session_id too (`opening_round_pk`, unique).
-- Experiments keep those with response_us > 0. Times in epoch microseconds (_us); sums in seconds (_s), added step by step in
-- file order as doubles: what is left of the response time after subtracting them is 0 or a tiny amount above or below it, and
-- published counts of negative remainders depend on which.
--
--   session_id, request_no     the request
--   opening_round_pk           its first step
--   closing_order              rises in the order in which a walk through the file closes requests: when the next one of the
--                              session opens; those open at the end follow in the order in which they were opened
--   provider                   of the opening step, as it is
--   start_us                   time of the user message
--   end_us                     latest output of its steps
--   response_us                end_us - start_us
--   steps                      agent steps, the opening one included
--   user_steps, tool_steps     steps whose first_input_event_type is user_message, tool_result
--   tool_calls                 calls of its steps
--   generation_s               sum of the steps' generation spans
--   tool_effective_s           sum of positive effective tool latencies
--   tool_wall_s                sum of positive wall tool latencies
--   last_usage_report_us       latest usage_report of its steps; NULL when there is none
WITH per_request AS (
  SELECT
    opening_round_pk,
    max(request_start_us) AS start_us, -- only the opening step has one
    max(last_output_us) AS end_us,
    count(*) AS steps,
    count(*) FILTER (first_input_event_type = 'user_message') AS user_steps,
    count(*) FILTER (first_input_event_type = 'tool_result') AS tool_steps,
    sum(tool_calls)::BIGINT AS tool_calls,
    list_sort(list({ 'place': round_pk, 'generation_s': coalesce(generation_us, 0) / 1e6, 'effective_s': effective_s, 'wall_s': wall_s }))
      AS in_file_order,
    max(last_usage_report_us) AS last_usage_report_us
  FROM request_steps
  JOIN rounds USING (round_pk)
  JOIN step_times USING (round_pk)
  JOIN step_tools USING (round_pk)
  WHERE request_no > 0
  GROUP BY opening_round_pk
), closed AS (
  SELECT
    per_request.*,
    session_id,
    request_no,
    provider,
    lead(opening_round_pk) OVER (PARTITION BY session_pk ORDER BY request_no) AS next_opening_round_pk
  FROM per_request
  JOIN request_steps USING (opening_round_pk)
  JOIN rounds ON rounds.round_pk = opening_round_pk
  WHERE request_steps.round_pk = opening_round_pk
)
SELECT
  session_id,
  request_no,
  opening_round_pk,
  provider,
  start_us,
  end_us,
  steps,
  user_steps,
  tool_steps,
  tool_calls,
  list_sum(list_transform(in_file_order, lambda step: step.generation_s)) AS generation_s,
  list_sum(list_transform(in_file_order, lambda step: step.effective_s)) AS tool_effective_s,
  list_sum(list_transform(in_file_order, lambda step: step.wall_s)) AS tool_wall_s,
  last_usage_report_us,
  end_us - start_us AS response_us,
  coalesce(next_opening_round_pk, opening_round_pk + (1::BIGINT << 52)) AS closing_order
FROM closed
