-- uses: step_times
-- Each observed generation span.
--
-- Columns: session_id; provider of the step, NULL when it has none; seconds > 0
SELECT provider, session_id, generation_us / 1e6 AS seconds
FROM rounds
JOIN step_times USING (round_pk)
WHERE generation_us > 0
