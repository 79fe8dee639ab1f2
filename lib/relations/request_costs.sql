-- uses: steps, calls, tool_activity, step_activity, error_steps, step_cost, request_steps
-- Requests of a person: what each did, took and cost, and how much of that followed failed calls.
--
-- Grain:  one row per request of `request_steps_all` (`session_id, request_no`, unique); steps before the first one belong to none.
-- Unlike `requests`, the published rule, a step that holds nothing but a user message opens a request, too.
--
--   session_id, request_no
--   opening_round_pk       its first step
--   published_request_no   the request of that step by the published rule; 0: that has none there
--   provider, model        of the opening step, as in `steps`
--   start_us, end_us       the user message, and the latest output; epoch microseconds, NULL when unknown
--   steps, phases          agent steps, and runs of steps that do the same, as in `step_activity`
--   calls, errors, unknown_calls
--                          tool calls, those that failed, and those whose status is not known
--   rework_loops           times that the agent edits again after an edit and at least one shell command; an edit that failed is one, too
--   has_edit               some call edits a file
--   edit_steps, looping_edit_steps
--                          steps with an edit, and those in which such a loop is whole; other tools look for loops there alone
--   response_us            end_us - start_us
--   generation_us          generation of its steps, microseconds
--   tool_us                wall time of its calls, added up where they ran at once
--   input_tokens, output_tokens
--   cost_nano, unpriced_steps
--                          whole nano-dollars of the steps with a price, and the number of those without
--   repair_steps, repair_tokens, repair_nano
--                          steps in `error_steps`, their input and output, and what they cost
--   repair_us              their generation and the wall time of failed calls
WITH edited AS (
  SELECT DISTINCT session_pk, request_no
  FROM calls
  JOIN tool_activity USING (tool)
  WHERE activity = 'edit' AND request_no > 0
), turns AS ( -- edits and shell commands in order
  SELECT
    session_pk,
    request_no,
    round_pk,
    is_edit,
    max(CASE WHEN is_edit THEN round_pk END) OVER (in_request ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS edited_pk,
    is_edit AND NOT lag(is_edit) OVER in_request AND edited_pk IS NOT NULL AS loops
  FROM (
    SELECT session_pk, request_no, round_pk, call_no, activity = 'edit' AS is_edit
    FROM calls
    JOIN tool_activity USING (tool)
    SEMI JOIN edited USING (session_pk, request_no)
    WHERE activity = 'edit' OR is_command
  )
  WINDOW in_request AS (PARTITION BY session_pk, request_no ORDER BY call_no)
), loops AS (
  SELECT
    session_pk,
    request_no,
    count(*) FILTER (loops) AS rework_loops,
    count(*) FILTER (is_edit AND edited_pk IS DISTINCT FROM round_pk) AS edit_steps,
    count(DISTINCT CASE WHEN loops AND edited_pk = round_pk THEN round_pk END) AS looping_edit_steps
  FROM turns
  GROUP BY session_pk, request_no
), sums AS (
  SELECT
    steps.session_pk,
    steps.request_no,
    any_value(steps.session_id) AS session_id,
    min(steps.round_pk) AS opening_round_pk,
    arg_min(provider, steps.round_pk) AS provider,
    arg_min(model, steps.round_pk) AS model,
    max(request_us) AS start_us, -- only the opening step has one
    max(last_output_us) AS end_us,
    count(*) AS steps,
    max(phase) AS phases,
    sum(calls)::BIGINT AS calls,
    sum(errors)::BIGINT AS errors,
    sum(unknown_calls)::BIGINT AS unknown_calls,
    coalesce(sum(generation_us), 0)::BIGINT AS generation_us,
    sum(tool_us)::BIGINT AS tool_us,
    sum(context_tokens)::BIGINT AS input_tokens,
    sum(output_tokens)::BIGINT AS output_tokens,
    coalesce(sum(cost_nano), 0) AS cost_nano,
    count(*) FILTER (cost_nano IS NULL) AS unpriced_steps,
    count(*) FILTER (is_repair) AS repair_steps,
    coalesce(sum(context_tokens + output_tokens) FILTER (is_repair), 0)::BIGINT AS repair_tokens,
    coalesce(sum(cost_nano) FILTER (is_repair), 0) AS repair_nano,
    coalesce(sum(generation_us) FILTER (is_repair), 0)::BIGINT + sum(error_us)::BIGINT AS repair_us
  FROM steps
  JOIN step_activity USING (round_pk)
  JOIN step_cost USING (round_pk)
  LEFT JOIN (SELECT round_pk, TRUE AS is_repair FROM error_steps) USING (round_pk)
  WHERE steps.request_no > 0
  GROUP BY steps.session_pk, steps.request_no
)
SELECT
  sums.session_id,
  sums.request_no,
  sums.opening_round_pk,
  published.request_no AS published_request_no,
  provider,
  model,
  start_us,
  end_us,
  steps,
  phases,
  calls,
  errors,
  unknown_calls,
  coalesce(rework_loops, 0) AS rework_loops,
  rework_loops IS NOT NULL AS has_edit,
  coalesce(edit_steps, 0) AS edit_steps,
  coalesce(looping_edit_steps, 0) AS looping_edit_steps,
  end_us - start_us AS response_us,
  generation_us,
  tool_us,
  input_tokens,
  output_tokens,
  cost_nano,
  unpriced_steps,
  repair_steps,
  repair_tokens,
  repair_nano,
  repair_us
FROM sums
LEFT JOIN loops ON loops.session_pk = sums.session_pk AND loops.request_no = sums.request_no
JOIN request_steps AS published ON published.round_pk = sums.opening_round_pk
