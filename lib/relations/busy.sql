-- uses: steps, calls
-- When something ran in a session: the model, a tool, or a person on whom the agent waited.
--
-- Grain:  one row per interval of positive length; they may overlap (`round_pk, kind, tool_index`, unique).
-- Unlike `request_intervals`, intervals are those of a step, not cut to its request, and a call may be a wait for a person.
-- A call is one when its tool asks for an answer, or when a tool that takes no time took at least 5 s: that is a prompt for
-- approval. Of another call that reports its own duration, what the wall time has beyond that is one when at least 5 s; it comes first.
--
--   session_pk, round_pk   the step that generated or made the call
--   kind                   'generation' from the last input before the first output to the last output; 'tool'; 'human'
--   tool_index, tool       the call, as in `calls`; NULL for generation
--   from_us, to_us         epoch microseconds
WITH timed AS (
  SELECT
    session_pk,
    round_pk,
    tool_index,
    tool,
    emitted_us,
    result_us,
    result_us - internal_ms * 1000 AS started_us, -- by the duration that the tool reports
    CASE
      WHEN tool IN ('AskUserQuestion', 'ExitPlanMode', 'request_user_input') THEN result_us
      WHEN wall_ms >= 5000 AND tool IN (
        'Edit', 'Write', 'MultiEdit', 'NotebookEdit', 'Read', 'Grep', 'Glob', 'LS', 'TodoWrite', 'TaskCreate', 'TaskUpdate', 'apply_patch'
      ) THEN result_us
      WHEN internal_ms > 0 AND wall_ms - internal_ms >= 5000 AND started_us > emitted_us THEN started_us
      ELSE emitted_us
    END AS approved_us
  FROM calls
  WHERE result_us > emitted_us
)
SELECT
  session_pk,
  round_pk,
  'generation' AS kind,
  NULL::BIGINT AS tool_index,
  NULL::VARCHAR AS tool,
  last_input_before_output_us AS from_us,
  last_output_us AS to_us
FROM steps
WHERE generation_us > 0
UNION ALL
SELECT session_pk, round_pk, 'human', tool_index, tool, emitted_us, approved_us FROM timed WHERE approved_us > emitted_us
UNION ALL
SELECT session_pk, round_pk, 'tool', tool_index, tool, approved_us, result_us FROM timed WHERE result_us > approved_us
