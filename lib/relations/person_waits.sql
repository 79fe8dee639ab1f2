-- uses: busy, human_waits, step_activity, steps
-- When an agent waited for a person before its work was done: for approvals and answers, and for messages that open no request.
--
-- Grain:  one row per wait (`round_pk, from_us, to_us, tool`); those of calls that were made at once overlap.
-- A wait in `busy` is left out where another call of the step ran for at least half of it: Codex runs calls of a step one after the
-- other, and to the later ones that looks like a wait.
--
--   round_pk, session_id   the step
--   tool                   the tool that waited; NULL between an answer and a message that opens no request, because the step had output
--                          before it. Codex logs such steps
--   from_us, to_us         epoch microseconds
WITH waits AS (
  SELECT round_pk, steps.session_id, tool_index, tool, from_us, to_us
  FROM busy
  JOIN steps USING (round_pk)
  WHERE kind = 'human'
), queued AS (
  SELECT DISTINCT waits.round_pk, waits.tool_index
  FROM waits
  JOIN busy ON busy.round_pk = waits.round_pk AND busy.kind = 'tool' AND busy.tool_index <> waits.tool_index
  WHERE 2 * (least(busy.to_us, waits.to_us) - greatest(busy.from_us, waits.from_us)) >= waits.to_us - waits.from_us
)
SELECT round_pk, session_id, tool, from_us, to_us
FROM waits
ANTI JOIN queued USING (round_pk, tool_index)
UNION ALL
SELECT round_pk, session_id, NULL, us - wait_us, us
FROM human_waits
JOIN step_activity USING (round_pk)
WHERE activity = 'answer'
