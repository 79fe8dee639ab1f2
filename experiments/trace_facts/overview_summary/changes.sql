-- uses: input_changes
-- How the input of a session changes from step to step.
--
-- Grain:   one row per scope and step with one to compare.
-- Columns: scope (see query.sql), trigger (user_message, tool_result)
--          delta, clipped   tokens; the same with drops as 0
SELECT scope, trigger, delta, greatest(delta, 0) AS clipped
FROM input_changes
