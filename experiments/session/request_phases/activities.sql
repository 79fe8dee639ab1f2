-- uses: request_phases, request_costs
-- What requests spend steps, tokens, money and time on.
--
-- merge: key(provider, model, activity) sum(phases, steps, calls, errors, tokens, nano, lasting_us, human_us)
-- Grain:   one row per provider, model of the request and activity.
-- Columns: tokens       input and output
--          lasting_us   of requests whose times are known; human_us is the part of it in which the agent waited for a person
SELECT
  request_costs.provider,
  model,
  activity,
  count(*) AS phases,
  sum(request_phases.steps)::BIGINT AS steps,
  sum(request_phases.calls)::BIGINT AS calls,
  sum(request_phases.errors)::BIGINT AS errors,
  sum(request_phases.input_tokens + request_phases.output_tokens)::BIGINT AS tokens,
  sum(request_phases.cost_nano)::BIGINT AS nano,
  coalesce(sum(to_us - from_us), 0)::BIGINT AS lasting_us,
  sum(human_us)::BIGINT AS human_us
FROM request_phases
JOIN request_costs USING (session_id, request_no)
GROUP BY request_costs.provider, model, activity
ORDER BY request_costs.provider, model, activity
