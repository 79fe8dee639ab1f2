-- uses: helpers, lineage
-- scope: pool
-- The helpers of sessions, and those that they started in turn.
--
-- Grain:  one row per helper with times.
--
--   session_id, parent_session_id
--   caller_session_id                at the root of the tree of helpers
--   link_basis, agent_type, steps, returned_chars   of `helpers`
--   call_round_pk, call_tool_index   the call that started it; NULL when unknown
--   from_us, to_us                   first and last event, epoch microseconds
--   cost_nano                        NULL when no step has a price
SELECT
  helpers.session_id,
  helpers.parent_session_id,
  helpers.caller_session_id,
  helpers.link_basis,
  agent_type,
  steps,
  returned_chars,
  call_round_pk,
  call_tool_index,
  from_us,
  to_us,
  cost_nano::DOUBLE AS cost_nano
FROM helpers
JOIN lineage USING (session_id)
WHERE from_us IS NOT NULL
