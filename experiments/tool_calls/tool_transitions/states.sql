-- uses: calls, tool_activity
-- merge: key(name) sum(calls) by calls DESC, name
-- What the calls of requests are called at a level.
--
-- Grain:   one row per name, most calls first.
-- Inputs:  tool_inputs and the relations above
-- Params:  $level   category, tool or verb
-- Columns: name     category or name of the tool; at the level of verbs what the call does, or the category where that is not known
--          calls
SELECT
  CASE $level WHEN 'tool' THEN tool WHEN 'verb' THEN coalesce(verb, category) ELSE category END AS name,
  count(*) AS calls
FROM calls
JOIN tool_activity USING (tool)
LEFT JOIN tool_inputs USING (round_pk, tool_index)
WHERE request_no > 0
GROUP BY ALL
ORDER BY calls DESC, name
