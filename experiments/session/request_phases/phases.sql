-- uses: request_phases
-- Phases of requests.
--
-- merge: all by session_id, request_no, phase
-- Grain:   one row per phase, as in the relation request_phases; times in seconds, money in USD, NULL where no step has a price.
-- Columns: start_s, duration_s   from the request's start, and how long
SELECT
  session_id,
  request_no,
  phase,
  activity,
  first_step,
  steps,
  calls,
  errors,
  repair_steps,
  (from_us - min(from_us) OVER (PARTITION BY session_id, request_no)) / 1e6 AS start_s,
  (to_us - from_us) / 1e6 AS duration_s,
  human_us / 1e6 AS human_s,
  input_tokens,
  output_tokens,
  if(unpriced_steps < steps, cost_nano / 1e9, NULL) AS cost_usd
FROM request_phases
ORDER BY session_id, request_no, phase
