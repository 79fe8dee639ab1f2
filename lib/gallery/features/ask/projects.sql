-- uses: dated_steps, project_labels
-- One row per project that steps are known to belong to, under a pseudonym or a number.
--
-- Inputs: dated_steps, rounds, project_labels
SELECT
  label AS project,
  count(DISTINCT session_id) AS sessions,
  count(*) AS steps,
  make_timestamp(min(response_us)) AS first_at,
  make_timestamp(max(response_us)) AS last_at
FROM dated_steps
JOIN project_labels USING (project)
JOIN rounds USING (round_pk)
GROUP BY label
ORDER BY steps DESC, label
