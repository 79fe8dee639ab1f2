-- uses: steps, calls, step_cost, rent, response_copies
-- What each session took, without responses that another session holds first.
--
-- Grain:  one row per session of `steps` (`session_id`, unique).
-- Inputs: stored.rounds, steps, calls, step_cost, rent, response_copies
--
--   session_id, provider
--   models                            all of its models, in order
--   steps, unpriced_steps             and those without a price
--   calls, errors                     tool calls, and those that failed
--   input_tokens, output_tokens, write_tokens   input cached or not; output as logged; the input that was written to the cache
--   cost_nano                         HUGEINT; NULL when no step has a price
--   base_nano                         billed input of its first step; NULL when that has no price, or is a copy
--   copied_steps, copied_nano         steps that repeat a response of another session; the cost is NULL where the reading leaves them out
WITH copies AS (
  SELECT session_id, count(*) AS copied_steps, sum(cost_nano) AS copied_nano
  FROM stored.rounds
  JOIN response_copies USING (round_pk)
  LEFT JOIN step_cost USING (round_pk)
  WHERE is_copy
  GROUP BY session_id
), sums AS (
  SELECT
    any_value(session_id) AS session_id,
    session_pk,
    min(provider) AS provider,
    list_sort(list(DISTINCT model) FILTER (NOT is_copy)) AS models,
    count(*) FILTER (NOT is_copy) AS steps,
    count(*) FILTER (NOT is_copy AND cost_nano IS NULL) AS unpriced_steps,
    coalesce(sum(context_tokens) FILTER (NOT is_copy), 0)::BIGINT AS input_tokens,
    coalesce(sum(output_tokens) FILTER (NOT is_copy), 0)::BIGINT AS output_tokens,
    coalesce(sum(write_tokens) FILTER (NOT is_copy), 0)::BIGINT AS write_tokens,
    sum(cost_nano) FILTER (NOT is_copy) AS cost_nano,
    sum(input_nano) FILTER (NOT is_copy AND step = 1) AS base_nano
  FROM steps
  JOIN response_copies USING (round_pk)
  JOIN step_cost USING (round_pk)
  JOIN rent USING (round_pk, session_pk)
  GROUP BY session_pk
), used AS (
  SELECT session_pk, count(*) AS calls, count(*) FILTER (is_error) AS errors
  FROM calls
  JOIN response_copies USING (round_pk)
  WHERE NOT is_copy
  GROUP BY session_pk
)
SELECT
  sums.* EXCLUDE (session_pk),
  coalesce(calls, 0) AS calls,
  coalesce(errors, 0) AS errors,
  coalesce(copied_steps, 0) AS copied_steps,
  copied_nano
FROM sums
LEFT JOIN used USING (session_pk)
LEFT JOIN copies USING (session_id)
