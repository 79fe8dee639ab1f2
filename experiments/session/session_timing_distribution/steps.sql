-- uses: step_times, step_tools
-- What the time of each agent step was spent on.
--
-- Grain:   one row per agent step, with or without a session.
-- Columns (seconds)
--          provider        of the step; NULL when it has none
--          generation_s    0 when there is no generation span
--          tool_s          effective latencies of its calls; 0 without any
--          busy_s          generation_s + tool_s
SELECT
  provider,
  coalesce(generation_us, 0) / 1e6 AS generation_s,
  effective_s AS tool_s,
  coalesce(generation_us, 0) / 1e6 + effective_s AS busy_s
FROM rounds
JOIN step_times USING (round_pk)
JOIN step_tools USING (round_pk)
