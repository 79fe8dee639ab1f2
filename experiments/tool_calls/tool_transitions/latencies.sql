-- uses: calls, tool_activity
-- How long each call of a request took, by state.
--
-- Grain:   one row per call with a wall time.
-- Inputs:  tool_inputs and the relations above
-- Params:  $level, $states, $other   as in flow.sql
-- Columns: state
--          wall_ms                   time between call and result
SELECT provider, model, coalesce(state, $other) AS state, wall_ms
FROM calls
JOIN tool_activity USING (tool)
LEFT JOIN tool_inputs USING (round_pk, tool_index)
LEFT JOIN (SELECT unnest(from_json($states, '["VARCHAR"]')) AS state) AS states
  ON state = CASE $level WHEN 'tool' THEN tool WHEN 'verb' THEN coalesce(verb, category) ELSE category END
WHERE request_no > 0 AND wall_ms IS NOT NULL
