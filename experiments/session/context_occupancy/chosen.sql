-- uses: context_use
-- The session to draw: that with most resets, of these the one with most steps.
--
-- Grain:   one row, none without a known window.
-- merge:   top 1 by resets DESC, steps DESC, session_id
-- Params:  $windows   as in steps.sql
-- Columns: session_id, resets, steps
WITH windows AS (
  SELECT unnest(from_json($windows::VARCHAR, '[{"provider": "VARCHAR", "model": "VARCHAR", "given_tokens": "BIGINT", "listed_tokens": "BIGINT"}]'), recursive := true)
)
SELECT session_id, count(reset) AS resets, count(*) AS steps
FROM context_use
JOIN windows USING (provider, model)
GROUP BY session_id
HAVING bool_or(coalesce(given_tokens, logged_window_tokens, listed_tokens) IS NOT NULL)
ORDER BY resets DESC, steps DESC, session_id
LIMIT 1
