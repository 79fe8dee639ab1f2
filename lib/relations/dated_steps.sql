-- uses: step_times
-- When each step was answered, and for which project.
--
-- Grain:  one row per row of `rounds` (`round_pk`, unique)
-- Inputs: rounds, round_details, sessions, step_times
--
--   round_pk      the step
--   response_us   first output, else the usage report, else the first event, as `collect --since` takes it; epoch microseconds, NULL
--                 without times
--   project       name of the working folder as Claude Code writes it, for Codex too; NULL when unknown
SELECT
  round_pk,
  coalesce(first_output_us, last_usage_report_us, first_us) AS response_us,
  coalesce(transcripts.project, nullif(rounds.project, '')) AS project
FROM rounds
JOIN step_times USING (round_pk)
LEFT JOIN round_details USING (round_pk)
LEFT JOIN (SELECT transcript_id, min(project) AS project FROM sessions GROUP BY transcript_id) AS transcripts USING (transcript_id)
