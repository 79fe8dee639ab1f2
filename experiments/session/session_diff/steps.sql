-- uses: steps, step_activity, step_cost
-- merge: all by session_id, step
-- The steps of some sessions, without those that replay history of another one.
--
-- Grain:   one row per step, in order.
-- Params:  $sessions   hashes of their sessions, of `sessionHashes`
-- Columns: session_id, step, round_pk, request_no, activity, context_tokens
--          cost_nano          NULL without a price
--          first_us, last_us  epoch microseconds; NULL without times
SELECT
  steps.session_id,
  steps.step,
  round_pk,
  steps.request_no,
  activity,
  context_tokens,
  cost_nano::DOUBLE AS cost_nano,
  first_us,
  last_us
FROM steps
JOIN step_activity USING (round_pk)
JOIN step_cost USING (round_pk)
JOIN rounds USING (round_pk)
WHERE NOT is_replayed AND list_contains(string_split($sessions, ' '), md5(steps.session_id))
ORDER BY steps.session_id, steps.step
