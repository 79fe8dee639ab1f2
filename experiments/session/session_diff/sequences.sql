-- uses: calls, tool_activity
-- merge: top $most by calls DESC, session_id
-- What sessions do, call by call, of the sessions with the most calls.
--
-- Grain:   one row per session of at least ten calls.
-- Params:  $most
-- Columns: session_id, calls
--          categories   a letter per call: delegate, edit, run, explore (x), plan, other
SELECT
  session_id,
  count(*) AS calls,
  string_agg(if(activity = 'explore', 'x', activity[1]), '' ORDER BY call_no) AS categories
FROM calls
JOIN tool_activity USING (tool)
GROUP BY session_id
HAVING calls >= 10
ORDER BY calls DESC, session_id
LIMIT $most
