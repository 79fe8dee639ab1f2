-- uses: step_tools
-- How many tool calls each agent step makes.
--
-- Grain:   one row per agent step, with or without a session.
-- Columns: provider      of the step; NULL when it has none
--          tool_calls    0 for a step without calls
SELECT provider, tool_calls::DOUBLE AS tool_calls
FROM rounds
JOIN step_tools USING (round_pk)
