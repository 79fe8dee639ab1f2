-- scope: pool (a pool without transcripts is not checked)
-- Whether the tables of transcripts and steps agree, and how many lines and records of the transcripts were understood.
--
-- Grain:   one row per check and provider; no rows for a pool without transcripts or details.
-- Inputs:  rounds, sessions, round_details
-- Columns  name            the check
--          provider        `<unknown-provider>` when missing
--          offenders       rows that fail it
--          looked_at       rows that it applies to
--          first_round_pk  first step with a failing row; NULL when none fails
WITH stepped AS (
  SELECT session_id, coalesce(arg_min(provider, round_pk), '<unknown-provider>') AS provider, min(round_pk) AS first_round_pk
  FROM rounds
  WHERE session_id IS NOT NULL
  GROUP BY session_id
), transcripts AS (
  SELECT * REPLACE (coalesce(provider, '<unknown-provider>') AS provider) FROM sessions
), judged AS (
  SELECT
    'transcript_has_steps' AS name,
    provider,
    (session_id IS NULL OR session_id NOT IN (SELECT session_id FROM stepped))::BIGINT AS offenders,
    1 AS looked_at,
    NULL AS round_pk
  FROM transcripts
  WHERE round_count > 0
  UNION ALL
  SELECT 'session_has_transcript', provider, (session_id NOT IN (SELECT session_id FROM sessions WHERE session_id IS NOT NULL))::BIGINT, 1, first_round_pk
  FROM stepped
  WHERE EXISTS (SELECT 1 FROM sessions)
  UNION ALL
  SELECT 'line_accepted', provider, rejected_line_count, record_count + rejected_line_count, NULL FROM transcripts
  UNION ALL
  SELECT 'record_known', provider, unknown_record_count, record_count, NULL FROM transcripts
  UNION ALL
  SELECT 'output_final', coalesce(provider, '<unknown-provider>'), output_is_placeholder::BIGINT, 1, round_pk
  FROM round_details
  LEFT JOIN rounds USING (round_pk)
  WHERE output_is_placeholder IS NOT NULL
)
SELECT
  name,
  provider,
  coalesce(sum(offenders), 0)::DOUBLE AS offenders,
  coalesce(sum(looked_at), 0)::DOUBLE AS looked_at,
  min(round_pk) FILTER (offenders > 0) AS first_round_pk
FROM judged
GROUP BY ALL
ORDER BY name, provider
