-- uses: steps, step_activity, step_cost, request_costs, busy, active_axis, emitted, context_resets, dated_steps
-- Each session in numbers, by which it is compared with others. Steps that replay history of another session are in none of them.
--
-- Grain:  one row per session of `steps` that has a step of its own (`session_id`, unique).
-- Inputs: rounds, the relations above
-- Costs are in nano-dollars, NULL when no step has a price; times are in microseconds, NULL for a session without times.
--
--   session_id, provider, project     of its first step; the project is NULL when unknown
--   models                            list of its models, in the order of their first step
--   first_us, last_us                 first and last moment, epoch microseconds
--   requests, steps, unpriced_steps   requests of `request_steps_all`, steps, and those without a price
--   calls, errors, unknown_calls      tool calls, those that failed, and those whose status is not known
--   rework_loops, repair_nano         of its requests, as in `request_costs`
--   active_us                         from the first moment to the last, with 30 s for each stretch of more than 300 s in which nothing ran
--   generation_us, tool_us, human_us  intervals in `busy` by kind, added up where they overlap
--   cost_nano, fresh_nano, read_nano, write_nano, output_nano
--                                     in all, input that wasn't cached, read from the cache, written to it, and output
--   context_tokens, prefix_tokens     input, and the part of it that the cache gave
--   peak_context_tokens               the largest context
--   resets                            as in `context_resets`
--   output_tokens, visible_tokens     output as logged, and at least, as in `emitted`
WITH own AS (
  SELECT
    session_pk,
    arg_min(steps.session_id, step) AS session_id,
    arg_min(steps.provider, step) AS provider,
    arg_min(project, step) AS project,
    min(steps.first_us) AS first_us,
    max(steps.last_us) AS last_us,
    max(request_no) AS requests,
    count(*) AS steps,
    count(*) FILTER (cost_nano IS NULL) AS unpriced_steps,
    sum(calls)::BIGINT AS calls,
    sum(errors)::BIGINT AS errors,
    sum(unknown_calls)::BIGINT AS unknown_calls,
    sum(cost_nano) AS cost_nano,
    sum(fresh_nano) AS fresh_nano,
    sum(cache_read_nano) AS read_nano,
    sum(cache_write_5m_nano + cache_write_1h_nano) AS write_nano,
    sum(output_nano) AS output_nano,
    sum(steps.context_tokens)::BIGINT AS context_tokens,
    sum(steps.prefix_tokens)::BIGINT AS prefix_tokens,
    max(steps.context_tokens) AS peak_context_tokens,
    count(context_resets.round_pk) AS resets,
    sum(steps.output_tokens)::BIGINT AS output_tokens,
    sum(visible_tokens) AS visible_tokens
  FROM steps
  JOIN (SELECT round_pk FROM rounds WHERE NOT is_replayed) USING (round_pk)
  JOIN (SELECT round_pk, calls, errors, unknown_calls FROM step_activity) USING (round_pk)
  JOIN step_cost USING (round_pk)
  JOIN emitted USING (round_pk)
  JOIN dated_steps USING (round_pk)
  LEFT JOIN context_resets USING (round_pk)
  GROUP BY session_pk
), models AS (
  SELECT session_pk, list(model ORDER BY step) AS models
  FROM (SELECT session_pk, model, min(step) AS step FROM steps GROUP BY session_pk, model)
  GROUP BY session_pk
), requested AS (
  SELECT session_id, sum(rework_loops)::BIGINT AS rework_loops, sum(repair_nano) AS repair_nano
  FROM request_costs
  GROUP BY session_id
), ran AS (
  SELECT
    session_pk,
    sum(to_us - from_us) FILTER (kind = 'generation') AS generation_us,
    sum(to_us - from_us) FILTER (kind = 'tool') AS tool_us,
    sum(to_us - from_us) FILTER (kind = 'human') AS human_us,
    min(from_us) FILTER (kind <> 'human') AS from_us,
    max(to_us) FILTER (kind <> 'human') AS to_us
  FROM busy
  GROUP BY session_pk
), idle AS (
  SELECT session_id, sum(to_us - from_us - 30000000) AS idle_us
  FROM active_axis
  WHERE kind <> 'running' AND to_us - from_us > 300000000
  GROUP BY session_id
)
SELECT
  session_id,
  provider,
  project,
  models,
  least(first_us, from_us) AS first_us, -- ignores NULLs, here and below
  greatest(last_us, to_us) AS last_us,
  requests,
  steps,
  unpriced_steps,
  calls,
  errors,
  unknown_calls,
  coalesce(rework_loops, 0) AS rework_loops,
  if(cost_nano IS NULL, NULL, coalesce(repair_nano, 0)) AS repair_nano,
  (greatest(last_us, to_us) - least(first_us, from_us) - coalesce(idle_us, 0))::BIGINT AS active_us,
  if(first_us IS NULL, NULL, coalesce(generation_us, 0)::BIGINT) AS generation_us,
  if(first_us IS NULL, NULL, coalesce(tool_us, 0)::BIGINT) AS tool_us,
  if(first_us IS NULL, NULL, coalesce(human_us, 0)::BIGINT) AS human_us,
  cost_nano,
  fresh_nano,
  read_nano,
  write_nano,
  output_nano,
  context_tokens,
  prefix_tokens,
  peak_context_tokens,
  resets,
  output_tokens,
  visible_tokens
FROM own
JOIN models USING (session_pk)
LEFT JOIN requested USING (session_id)
LEFT JOIN ran USING (session_pk)
LEFT JOIN idle USING (session_id)
