-- uses: dated_steps, step_times, project_labels
-- Sessions that have steps and of which no transcript is known, with what the steps show.
--
-- Grain:   one row per provider and session.
-- Inputs:  dated_steps, step_times, rounds, sessions, project_labels
SELECT
  provider,
  session_id,
  any_value(label ORDER BY label) AS project,
  make_timestamp(min(first_us)) AS first_at,
  make_timestamp(max(last_us)) AS last_at,
  count(*) AS round_count
FROM rounds
JOIN step_times USING (round_pk)
JOIN dated_steps USING (round_pk)
LEFT JOIN project_labels ON project_labels.project = dated_steps.project
WHERE session_id IS NOT NULL AND session_id NOT IN (SELECT session_id FROM sessions WHERE session_id IS NOT NULL)
GROUP BY provider, session_id
ORDER BY provider, session_id
