-- uses: chars_per_token
-- What is known besides the steps of a session.
--
-- Grain:   one row.
-- Params:  $session   its id
--          $provider  of its steps
-- Columns: chars_per_token, pairs   of the provider, as in the relation
--          window_tokens            most that fits into the context, as logged; NULL when it isn't
--          micro_compactions, micro_tokens   logged compactions that only cleared results, and the tokens that these freed
SELECT
  chars_per_token,
  pairs,
  (SELECT max(context_window_tokens) FROM sessions WHERE session_id = $session) AS window_tokens,
  (SELECT count(*) FROM session_events WHERE session_id = $session AND kind = 'micro_compact') AS micro_compactions,
  (
    SELECT coalesce(sum(tokens_before - tokens_after), 0)::BIGINT
    FROM session_events
    WHERE session_id = $session AND kind = 'micro_compact'
  ) AS micro_tokens
FROM chars_per_token
WHERE provider = $provider
