-- Makes memory.inputs_of_steps: lines of the inputs files with the step that each belongs to, NULL where its trace has none with that
-- key. Trace keys are unique within a trace, not among traces.
-- Inputs: staged_tool_inputs (file_index, line, trace_key, and the columns of `tool_inputs`), trace_of_inputs (file_index, first_pk and
-- last_pk of its trace, is_whole: no line of that was left out), pool.rounds.
CREATE TABLE memory.inputs_of_steps AS
SELECT rounds.round_pk, is_whole, inputs.*
FROM memory.staged_tool_inputs AS inputs
JOIN memory.trace_of_inputs USING (file_index)
LEFT JOIN pool.rounds AS rounds ON rounds.trace_key = inputs.trace_key AND rounds.round_pk BETWEEN first_pk AND last_pk
QUALIFY row_number() OVER (PARTITION BY file_index, inputs.trace_key, tool_index ORDER BY line) = 1
ORDER BY file_index, line
