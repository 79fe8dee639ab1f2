-- uses: carried_results, steps
-- The tool results in the contexts of a session, in the order of their calls.
--
-- Grain:   one row per result.
-- Params:  $session   its id
-- Columns: step            the step that saw it first
--          tool, is_error, ride_steps, offered_tokens, carried_tokens   as in carried_results
--          rent_nano       what one of its tokens costs until it leaves; NULL without a price
--          verb, target    what the call did and to what, such as a file or a command; NULL when unknown
SELECT
  step,
  tool,
  is_error,
  ride_steps,
  offered_tokens,
  carried_tokens,
  rent_nano,
  verb,
  target
FROM carried_results
JOIN steps ON round_pk = into_round_pk
LEFT JOIN tool_inputs ON tool_inputs.round_pk = call_round_pk AND tool_inputs.tool_index = carried_results.tool_index
WHERE session_id = $session AND NOT is_base
ORDER BY call_no
