-- uses: calls, tool_activity
-- merge: top $most by call_no
-- The calls of a session in requests, in order.
--
-- Grain:   one row per call.
-- Inputs:  tool_inputs and the relations above
-- Params:  $session       the session
--          $level, $states, $other   as in flow.sql
--          $most          rows
-- Columns: request_no, step, call_no
--          state
--          failed         marked as an error
SELECT request_no, step, call_no, coalesce(state, $other) AS state, coalesce(is_error, FALSE) AS failed
FROM calls
JOIN tool_activity USING (tool)
LEFT JOIN tool_inputs USING (round_pk, tool_index)
LEFT JOIN (SELECT unnest(from_json($states, '["VARCHAR"]')) AS state) AS states
  ON state = CASE $level WHEN 'tool' THEN tool WHEN 'verb' THEN coalesce(verb, category) ELSE category END
WHERE session_id = $session AND request_no > 0
ORDER BY call_no
LIMIT $most
