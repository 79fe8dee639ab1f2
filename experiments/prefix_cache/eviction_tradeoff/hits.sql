-- uses: idle_inputs
-- What each step finds in a cache with a timeout.
--
-- Grain:   one row per step whose idle time is known.
-- Params:  $timeout_s
-- Columns: provider, session_id
--          input_tokens   all of its input
--          hit_tokens     what no step before the timeout lost: all that is not fresh within it, else 0
SELECT
  provider,
  session_id,
  prefix_tokens + append_tokens AS input_tokens,
  if(idle_us / 1e6 <= $timeout_s, input_tokens - fresh_tokens, 0) AS hit_tokens
FROM idle_inputs
