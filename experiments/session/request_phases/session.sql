-- uses: request_costs
-- The session to draw: the one that is named, else the most expensive one; without prices, the one with the most tokens.
--
-- merge: top 1 by cost_nano DESC, tokens DESC, session_id
-- Grain:   one row, or none where there is no such session with a request.
-- Params:  $session   its id; NULL: any
SELECT
  session_id,
  min(provider) AS provider,
  count(*) AS requests,
  sum(cost_nano)::BIGINT AS cost_nano,
  sum(input_tokens + output_tokens)::BIGINT AS tokens
FROM request_costs
WHERE $session::VARCHAR IS NULL OR session_id = $session
GROUP BY session_id
ORDER BY cost_nano DESC, tokens DESC, session_id
LIMIT 1
