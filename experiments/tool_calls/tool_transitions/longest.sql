-- uses: calls
-- merge: top 1 by calls DESC, session_id
-- The session with the most calls in requests.
--
-- Grain:   at most one row.
-- Params:  $session     its id, or the beginning of it; NULL for any
-- Columns: session_id, provider
--          calls, requests, failed
SELECT
  session_id,
  min(provider) AS provider,
  count(*) AS calls,
  count(DISTINCT request_no) AS requests,
  count(*) FILTER (is_error) AS failed
FROM calls
WHERE request_no > 0 AND ($session IS NULL OR starts_with(session_id, $session))
GROUP BY session_id
ORDER BY calls DESC, session_id
LIMIT 1
