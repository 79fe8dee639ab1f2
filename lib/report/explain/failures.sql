-- uses: failure_episodes
-- What followed the failed calls of a session.
--
-- Grain:   one row per episode, in order; columns as in the relation failure_episodes, money in nano-dollars. Empty searches are left out.
-- Params:  $session   its id
SELECT
  kind,
  request_no,
  tool,
  first_step,
  failures,
  outcome,
  unknown_later,
  steps_to_recovery,
  to_recovery_us,
  repair_steps,
  repair_nano::BIGINT AS repair_nano
FROM failure_episodes
WHERE session_id = $session AND kind <> 'empty search'
ORDER BY first_step, tool
