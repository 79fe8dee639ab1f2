-- uses: lineage, steps, calls, step_cost, step_rates, rent, emitted, chars_per_token
-- scope: pool
-- What each helper (sub-agent) took, did and gave back to the session that started it.
--
-- Grain:  one row per session that `lineage` has as a helper and that has steps (`session_id`, unique).
-- Inputs: sessions, lineage, steps, calls, step_cost, step_rates, rent, emitted, chars_per_token
-- A helper has the steps of its own session_id: history of the parent that its transcript repeats is not among them.
--
--   session_id, parent_session_id, caller_session_id, helper_depth, link_basis, call_basis   of `lineage`
--   provider
--   model                   of most of its steps
--   agent_type              as logged; NULL when unknown
--   steps, unpriced_steps   and those among them without a price
--   calls, errors           tool calls, and those that failed
--   first_context_tokens    context of the first step: what it was sent with
--   peak_context_tokens     the largest context
--   context_tokens          context of all steps added up, as it is billed: the same text again in each step
--   grown_tokens            what its context grew by, the first context included
--   output_tokens           as logged, reasoning included
--   written_tokens          the same, but at least what the characters of its text and tool inputs need
--   fresh_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens   of `step_rates`, HUGEINT
--   cost_nano               HUGEINT; NULL when no step has a price
--   from_us, to_us          first and last event, epoch microseconds
--   generation_us           sum of the generation times of its steps
--   ends_failing            its last three calls failed
--   call_failed             the call that started it ended with an error
--   prompt_chars            input of that call
--   returned_chars          result of that call. NULL without the call; for Codex, whose call returns an id; and for a helper in the
--                           background, whose call had its result before the helper's last output
--   returned_tokens         returned_chars / chars_per_token
--   parent_rent_nano        what a token that enters at the step of the call costs the parent until it leaves; as in `rent`
--   balance_nano            (grown_tokens - returned_tokens) * parent_rent_nano - cost_nano: what its reading would have cost in the
--                           context of the parent, less its cost. DOUBLE; NULL where a part is unknown or a step has no price
WITH typed AS (
  SELECT session_id, min(agent_type) AS agent_type FROM sessions GROUP BY session_id
), models AS (
  SELECT session_id, arg_min(model, (-steps, model)) AS model
  FROM (SELECT session_id, model, count(*) AS steps FROM steps GROUP BY session_id, model)
  GROUP BY session_id
), sums AS (
  SELECT
    session_id,
    arg_min(provider, step) AS provider,
    count(*) AS steps,
    count(*) FILTER (cost_nano IS NULL) AS unpriced_steps,
    min(context_tokens) FILTER (step = 1) AS first_context_tokens,
    max(context_tokens) AS peak_context_tokens,
    sum(context_tokens)::BIGINT AS context_tokens,
    sum(grown_tokens)::BIGINT AS grown_tokens,
    sum(steps.output_tokens)::BIGINT AS output_tokens,
    sum(visible_tokens + reasoning_tokens)::DOUBLE AS written_tokens,
    sum(fresh_tokens) AS fresh_tokens,
    sum(cache_read_tokens) AS cache_read_tokens,
    sum(cache_write_5m_tokens) AS cache_write_5m_tokens,
    sum(cache_write_1h_tokens) AS cache_write_1h_tokens,
    sum(cost_nano) AS cost_nano,
    min(first_us) AS from_us,
    max(last_us) AS to_us,
    max(last_output_us) AS last_output_us,
    coalesce(sum(generation_us), 0)::BIGINT AS generation_us
  FROM steps
  SEMI JOIN lineage USING (session_id)
  JOIN rent USING (round_pk)
  JOIN emitted USING (round_pk)
  JOIN step_cost USING (round_pk)
  JOIN step_rates USING (round_pk)
  GROUP BY session_id
), used AS (
  SELECT
    session_id,
    count(*) AS calls,
    count(*) FILTER (is_error) AS errors,
    len(max_by(is_error IS true, call_no, 3)) = 3 AND NOT list_contains(max_by(is_error IS true, call_no, 3), false) AS ends_failing
  FROM calls
  SEMI JOIN lineage USING (session_id)
  GROUP BY session_id
), joined AS (
  SELECT
    lineage.*,
    sums.* EXCLUDE (session_id),
    models.model,
    agent_type,
    coalesce(used.calls, 0) AS calls,
    coalesce(used.errors, 0) AS errors,
    coalesce(ends_failing, false) AS ends_failing,
    coalesce(calls.is_error, false) AS call_failed,
    calls.input_chars AS prompt_chars,
    CASE WHEN calls.tool <> 'spawn_agent' AND (calls.result_us < last_output_us) IS NOT true THEN calls.result_chars END AS returned_chars,
    returned_chars / chars_per_token AS returned_tokens,
    rent_nano AS parent_rent_nano
  FROM lineage
  JOIN sums USING (session_id)
  JOIN models USING (session_id)
  JOIN chars_per_token USING (provider)
  LEFT JOIN typed USING (session_id)
  LEFT JOIN used USING (session_id)
  LEFT JOIN calls ON calls.round_pk = call_round_pk AND calls.tool_index = call_tool_index
  LEFT JOIN rent ON rent.round_pk = call_round_pk
  WHERE lineage.relation = 'sub-agent'
)
SELECT
  session_id,
  parent_session_id,
  caller_session_id,
  helper_depth,
  link_basis,
  call_basis,
  provider,
  model,
  agent_type,
  steps,
  unpriced_steps,
  calls,
  errors,
  first_context_tokens,
  peak_context_tokens,
  context_tokens,
  grown_tokens,
  output_tokens,
  written_tokens,
  fresh_tokens,
  cache_read_tokens,
  cache_write_5m_tokens,
  cache_write_1h_tokens,
  cost_nano,
  from_us,
  to_us,
  generation_us,
  ends_failing,
  call_failed,
  prompt_chars,
  returned_chars,
  returned_tokens,
  parent_rent_nano,
  CASE WHEN unpriced_steps = 0 THEN (grown_tokens - returned_tokens) * parent_rent_nano - cost_nano END AS balance_nano
FROM joined
