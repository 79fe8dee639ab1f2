-- uses: calls, repeated_calls, steps, step_cost
-- The calls of a stretch of a session, with the cost of their steps.
--
-- merge: top $most by call_no
-- Grain:   one row per call, in order.
-- Params:  $session, $from, $to   session, and its first and last call by number
--          $min                   as in counts.sql
--          $most                  rows
-- Columns: class                  of the call; new where it repeats nothing
--          usd                    cost of the whole step; NULL without a price
SELECT
  calls.call_no,
  calls.step,
  calls.tool,
  calls.is_error,
  coalesce(if(repeated_calls.basis = 'size' AND repeated_calls.input_chars < $min, class_if_short, class), 'new') AS class,
  cost_nano / 1e9 AS usd,
  context_tokens + output_tokens AS tokens
FROM calls
JOIN steps USING (round_pk, session_id)
JOIN step_cost USING (round_pk)
LEFT JOIN repeated_calls USING (round_pk, tool_index)
WHERE calls.session_id = $session AND calls.call_no BETWEEN $from AND $to
ORDER BY calls.call_no
LIMIT $most
