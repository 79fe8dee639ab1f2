-- uses: request_costs
-- The most expensive requests; without prices, those with the most tokens.
--
-- merge: top $most by cost_nano DESC, tokens DESC, session_id, request_no
-- Grain:   one row per request.
-- Params:  $most   rows
SELECT
  session_id,
  request_no,
  provider,
  model,
  steps,
  calls,
  errors,
  cost_nano::BIGINT AS cost_nano,
  input_tokens + output_tokens AS tokens,
  repair_nano::BIGINT AS repair_nano,
  response_us / 1e6 AS e2e_s
FROM request_costs
ORDER BY cost_nano DESC, tokens DESC, session_id, request_no
LIMIT $most
