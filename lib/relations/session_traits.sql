-- uses: steps, lineage, session_labels
-- What sessions can be grouped by: who ran which agent where and when, and the user's own labels.
--
-- Grain:  one row per session with steps and trait that it has (`session_id, trait`, unique).
-- Inputs: rounds, round_details, sessions
--
--   session_id
--   trait        'provider' and 'model' (those of most of its steps); 'person' and 'project' (of its first step); 'client_version' and
--                'agent_type' (the last that its transcripts name, of sub-agents); 'kind' ('helper' for a session that another one started
--                as a sub-agent, else 'main'); 'started' (first event, as 2026-01-31T09:30:00, in UTC); 'week' (Monday, as 2026-01-26);
--                'label:KEY' for each label
--   value        a text
WITH modeled AS (
  SELECT session_pk, session_id, provider, model, count(*) AS steps, min(first_us) AS first_us
  FROM steps
  GROUP BY ALL
), used AS (
  SELECT
    session_pk,
    session_id,
    arg_max(provider, (steps, provider)) AS provider,
    arg_max(model, (steps, model)) AS model,
    min(first_us) AS started_us
  FROM modeled
  GROUP BY session_pk, session_id
), transcribed AS (
  SELECT
    session_pk,
    arg_max(nullif(regexp_extract(client_version, '\S+\s*$'), ''), round_pk) AS client_version,
    arg_max(agent_type, round_pk) AS agent_type
  FROM steps
  JOIN round_details USING (round_pk)
  JOIN sessions USING (transcript_id)
  GROUP BY session_pk
), wide AS (
  SELECT
    used.session_id,
    used.provider,
    used.model,
    nullif("user", '') AS person,
    nullif(project, '') AS project,
    trim(client_version) AS client_version,
    agent_type,
    if(relation = 'sub-agent', 'helper', 'main') AS kind,
    strftime(make_timestamp(started_us), '%Y-%m-%dT%H:%M:%S') AS started,
    strftime(date_trunc('week', make_timestamp(started_us)), '%Y-%m-%d') AS week
  FROM used
  JOIN rounds ON round_pk = session_pk
  LEFT JOIN transcribed USING (session_pk)
  LEFT JOIN lineage ON lineage.session_id = used.session_id
)
SELECT session_id, trait, value
FROM (UNPIVOT wide ON COLUMNS(* EXCLUDE (session_id)) INTO NAME trait VALUE value)
UNION ALL
SELECT session_id, 'label:' || key, value
FROM session_labels
SEMI JOIN used USING (session_id)
