-- uses: result_costs, steps
-- The most expensive results.
--
-- Grain:   one row per result.
-- Params:  $top   rows
--          $by    as in results.sql
-- merge:   top $top by rent_usd DESC NULLS LAST, carried_tokens DESC, call_round_pk, tool_index
-- Columns: as in result_costs, but for
--          chars      of the result
--          rent_usd   cost_nano
--          target     file, command or address that the call is about, if $by is target; NULL: unknown
SELECT
  result_costs.provider,
  session_id,
  result_costs.step,
  call_no,
  tool,
  is_error,
  result_chars AS chars,
  offered_tokens,
  carried_tokens,
  ride_steps,
  cost_nano / 1e9 AS rent_usd,
  ended_by,
  CASE WHEN $by = 'target' THEN target END AS target,
  call_round_pk,
  result_costs.tool_index
FROM result_costs
JOIN steps ON steps.round_pk = call_round_pk
LEFT JOIN tool_inputs ON tool_inputs.round_pk = call_round_pk AND tool_inputs.tool_index = result_costs.tool_index
ORDER BY rent_usd DESC NULLS LAST, carried_tokens DESC, call_round_pk, result_costs.tool_index
LIMIT $top
