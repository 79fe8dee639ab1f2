-- uses: step_times
-- Each observed generation span.
--
-- Columns: provider of the step, NULL when it has none; seconds > 0
SELECT provider, generation_us / 1e6 AS seconds
FROM rounds
JOIN step_times USING (round_pk)
WHERE generation_us > 0
