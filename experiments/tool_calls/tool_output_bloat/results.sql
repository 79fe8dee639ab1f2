-- uses: result_costs
-- Results of tool calls: their size in the context, and how long they stay.
--
-- Grain:   one row per result that a step sees.
-- Params:  $by    what `name` is: tool, server (of MCP; other tools are `built-in`) or target (of private inputs; NULL: unknown)
-- Columns: call_key         unique
--          provider, name
--          carried_tokens, ride_steps   as in result_costs
--          char_tokens      characters / 4, rounded up: what peers take for tokens
SELECT
  concat_ws(' ', call_round_pk, result_costs.tool_index) AS call_key,
  provider,
  CASE $by
    WHEN 'tool' THEN tool
    WHEN 'server' THEN if(starts_with(tool, 'mcp__'), split_part(tool, '__', 2), 'built-in')
    ELSE target
  END AS name,
  carried_tokens,
  ride_steps,
  ceil(result_chars / 4) AS char_tokens
FROM result_costs
LEFT JOIN tool_inputs ON round_pk = call_round_pk AND tool_inputs.tool_index = result_costs.tool_index
