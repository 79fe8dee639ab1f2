-- uses: request_steps, requests
-- The tokens of every agent step, and the session and request that they are counted for.
--
-- Grain:   one row per agent step, in file order.
-- Inputs:  rounds, request_steps, requests
-- Columns (all DOUBLE: exact below 2^53, cheap to fetch; missing tokens are 0)
--          model_key      key of models.sql
--          session_key    first round_pk of the session; 0 for a step without one
--          request_key    key of requests.sql; 0 for a step of no request that is counted
--          prefix_tokens, append_tokens, cache_write_tokens, output_tokens    cache_write is a part of append
WITH counted_requests AS (
  SELECT session_id, request_no, opening_round_pk
  FROM requests
  WHERE session_id <> '' AND response_us > 0
)
SELECT
  (min(round_pk) OVER (PARTITION BY provider, model))::DOUBLE AS model_key,
  if(session_id <> '', min(round_pk) OVER (PARTITION BY session_id), 0)::DOUBLE AS session_key,
  coalesce(opening_round_pk, 0)::DOUBLE AS request_key,
  coalesce(prefix_tokens, 0)::DOUBLE AS prefix_tokens,
  coalesce(newly_append_tokens, 0)::DOUBLE AS append_tokens,
  coalesce(claude_cache_creation_input_tokens, 0)::DOUBLE AS cache_write_tokens,
  coalesce(output_tokens, 0)::DOUBLE AS output_tokens
FROM rounds
LEFT JOIN request_steps USING (round_pk, session_id)
LEFT JOIN counted_requests USING (session_id, request_no)
ORDER BY round_pk
