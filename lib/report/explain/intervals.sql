-- uses: busy, person_waits, steps
-- When something ran in a session, or a person was waited for.
--
-- Grain:   one row per interval; they may overlap.
-- Params:  $session   its id
-- Columns: kind   generation, tool or human
--          tool   NULL for generation, and for the time between an answer and a message in the same step
SELECT kind, tool, step, from_us, to_us
FROM busy
JOIN steps USING (round_pk)
WHERE session_id = $session AND kind <> 'human'
UNION ALL
SELECT 'human', tool, step, from_us, to_us
FROM person_waits
JOIN steps USING (round_pk, session_id)
WHERE session_id = $session
ORDER BY from_us, to_us, kind, step, tool
