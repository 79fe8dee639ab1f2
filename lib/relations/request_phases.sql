-- uses: steps, step_activity, request_spans, error_steps, step_cost
-- Phases of requests: runs of steps that do the same, with the time and the money that each took.
--
-- Grain:  one row per phase of a request of `request_steps_all` (`session_id, request_no, phase`, unique).
--
--   session_id, request_no, phase, provider
--   activity              as in `step_activity`
--   first_step, steps     within the session, and how many
--   calls, errors, unknown_calls
--   from_us, to_us        as in `request_spans`: the phases of a request fill it; epoch microseconds, NULL when unknown
--   human_us              the part in which the agent waited for a person; microseconds
--   repair_steps          steps in `error_steps`
--   input_tokens, output_tokens
--   cost_nano, unpriced_steps
--                         whole nano-dollars of the steps with a price, and the number of those without
SELECT
  any_value(steps.session_id) AS session_id,
  steps.request_no,
  phase,
  arg_min(provider, steps.step) AS provider,
  any_value(activity) AS activity,
  min(steps.step) AS first_step,
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
JOIN step_activity USING (round_pk)
JOIN step_cost USING (round_pk)
LEFT JOIN (SELECT round_pk, TRUE AS is_repair FROM error_steps) USING (round_pk)
LEFT JOIN request_spans USING (round_pk)
WHERE steps.request_no > 0
GROUP BY steps.session_pk, steps.request_no, phase
