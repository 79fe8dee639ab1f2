-- uses: request_phases
-- The phases of a session's requests.
--
-- Grain:   one row per phase, in order; columns as in the relation request_phases, money in nano-dollars.
-- Params:  $session   its id
SELECT
  request_no,
  phase,
  activity,
  first_step,
  steps,
  calls,
  errors,
  from_us,
  to_us,
  human_us,
  input_tokens + output_tokens AS tokens,
  cost_nano::BIGINT AS cost_nano,
  repair_steps
FROM request_phases
WHERE session_id = $session
ORDER BY request_no, phase
