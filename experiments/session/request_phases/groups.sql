-- uses: request_costs
-- Requests and how much of them failed calls touch or repair.
--
-- merge: key(provider, model) sum(requests, unpublished, with_error, steps, unpriced_steps, calls, errors, unknown, tokens, touched_tokens, repair_steps, repair_tokens, nano, touched_nano, repair_nano, lasting_us, touched_us, repair_us, edit_requests, one_shot, loops, edit_steps, looping_edit_steps)
-- Grain:   one row per provider and model of the request.
-- Columns: unpublished         requests that the published rule does not see
--          with_error, touched those in which a call failed, whole
--          unknown             calls whose status is not known
--          repair              steps in error windows
--          lasting_us          of requests whose times are known
SELECT
  provider,
  model,
  count(*) AS requests,
  count(*) FILTER (published_request_no = 0) AS unpublished,
  count(*) FILTER (errors > 0) AS with_error,
  sum(steps)::BIGINT AS steps,
  sum(unpriced_steps)::BIGINT AS unpriced_steps,
  sum(calls)::BIGINT AS calls,
  sum(errors)::BIGINT AS errors,
  sum(unknown_calls)::BIGINT AS unknown,
  sum(input_tokens + output_tokens)::BIGINT AS tokens,
  coalesce(sum(input_tokens + output_tokens) FILTER (errors > 0), 0)::BIGINT AS touched_tokens,
  sum(repair_steps)::BIGINT AS repair_steps,
  sum(repair_tokens)::BIGINT AS repair_tokens,
  sum(cost_nano)::BIGINT AS nano,
  coalesce(sum(cost_nano) FILTER (errors > 0), 0)::BIGINT AS touched_nano,
  sum(repair_nano)::BIGINT AS repair_nano,
  coalesce(sum(response_us), 0)::BIGINT AS lasting_us,
  coalesce(sum(response_us) FILTER (errors > 0), 0)::BIGINT AS touched_us,
  sum(repair_us)::BIGINT AS repair_us,
  count(*) FILTER (has_edit) AS edit_requests,
  count(*) FILTER (has_edit AND rework_loops = 0) AS one_shot,
  sum(rework_loops)::BIGINT AS loops,
  sum(edit_steps)::BIGINT AS edit_steps,
  sum(looping_edit_steps)::BIGINT AS looping_edit_steps
FROM request_costs
GROUP BY provider, model
ORDER BY provider, model
