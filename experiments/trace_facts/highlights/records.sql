-- uses: steps, calls, step_cost, request_costs, human_waits, context_resets
-- merge: top 1 of record by value DESC, round_pk, tool_index
-- The largest of each kind of thing, and the step where it happened; of equal ones the first.
--
-- Grain:   one row per record that some step holds, by name.
-- Inputs:  rounds, the relations above. Replayed history is left out.
-- Columns: record       what it is the largest of
--          value        microseconds, tokens, characters, steps, calls or nano-dollars, by record
--          round_pk, session_id, step, request_no, provider, model   the step; of a session or request its first
--          at_us        its first event; epoch microseconds, NULL without times
--          tool_index, tool   of a call; -1 and NULL for others
WITH own AS (
  SELECT steps.*, cost_nano, output_is_final
  FROM steps
  JOIN step_cost USING (round_pk)
  JOIN rounds USING (round_pk)
  WHERE NOT is_replayed
), own_calls AS (
  SELECT round_pk, tool_index, tool, is_error, effective_ms, result_chars
  FROM calls
  SEMI JOIN own USING (round_pk)
), own_requests AS (
  SELECT opening_round_pk AS round_pk, response_us, steps, cost_nano
  FROM request_costs
  WHERE opening_round_pk IN (SELECT round_pk FROM own)
), sessions_in_all AS (
  SELECT min(round_pk) AS round_pk, sum(cost_nano) AS cost_nano, sum(failed.errors)::BIGINT AS errors
  FROM own
  LEFT JOIN (SELECT round_pk, count(*) AS errors FROM own_calls WHERE is_error GROUP BY round_pk) AS failed USING (round_pk)
  GROUP BY session_id
), found AS (
  (SELECT 'step_cost' AS record, cost_nano AS value, round_pk, -1 AS tool_index, NULL AS tool FROM own WHERE value > 0 ORDER BY value DESC, round_pk LIMIT 1)
  UNION ALL (SELECT 'context', context_tokens AS value, round_pk, -1, NULL FROM own WHERE value > 0 ORDER BY value DESC, round_pk LIMIT 1)
  UNION ALL (SELECT 'new_input', append_tokens AS value, round_pk, -1, NULL FROM own WHERE value > 0 AND step > 1 ORDER BY value DESC, round_pk LIMIT 1)
  UNION ALL (SELECT 'output', output_tokens AS value, round_pk, -1, NULL FROM own WHERE value > 0 AND output_is_final ORDER BY value DESC, round_pk LIMIT 1)
  UNION ALL (SELECT 'request_time', response_us AS value, round_pk, -1, NULL FROM own_requests WHERE value > 0 ORDER BY value DESC, round_pk LIMIT 1)
  UNION ALL (SELECT 'request_steps', steps AS value, round_pk, -1, NULL FROM own_requests ORDER BY value DESC, round_pk LIMIT 1)
  UNION ALL (SELECT 'request_cost', cost_nano AS value, round_pk, -1, NULL FROM own_requests WHERE value > 0 ORDER BY value DESC, round_pk LIMIT 1)
  UNION ALL (SELECT 'session_cost', cost_nano AS value, round_pk, -1, NULL FROM sessions_in_all WHERE value > 0 ORDER BY value DESC, round_pk LIMIT 1)
  UNION ALL (SELECT 'session_errors', errors AS value, round_pk, -1, NULL FROM sessions_in_all WHERE value > 0 ORDER BY value DESC, round_pk LIMIT 1)
  UNION ALL (SELECT 'call_time', (effective_ms * 1000)::BIGINT AS value, round_pk, tool_index, tool FROM own_calls WHERE value > 0 ORDER BY value DESC, round_pk, tool_index LIMIT 1)
  UNION ALL (SELECT 'result_size', result_chars AS value, round_pk, tool_index, tool FROM own_calls WHERE value > 0 ORDER BY value DESC, round_pk, tool_index LIMIT 1)
  UNION ALL (SELECT 'wait', wait_us AS value, round_pk, -1, NULL FROM human_waits SEMI JOIN own USING (round_pk) ORDER BY value DESC, round_pk LIMIT 1)
  UNION ALL (SELECT 'reset', freed_tokens AS value, round_pk, -1, NULL FROM context_resets SEMI JOIN own USING (round_pk) ORDER BY value DESC, round_pk LIMIT 1)
)
SELECT record, value, round_pk, session_id, step, request_no, provider, model, first_us AS at_us, found.tool_index, tool
FROM found
JOIN own USING (round_pk)
ORDER BY record
