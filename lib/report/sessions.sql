-- What is known of each session that has steps or is the root of a conversation.
--
-- Grain:   one row per session_id
-- Columns: session_id
--          title, project      of its own transcript; NULL when unknown
--          is_helper           a sub-agent
--          agent_type          kind of the helper
--          parent_session_id
--          known_from          'progress': its transcript is gone, and its steps are from progress records of its parent
WITH named AS (
  SELECT
    session_id,
    arg_min(title, transcript_id) AS title,
    arg_min(project, transcript_id) AS project,
    bool_or(relation = 'sub-agent') AS is_helper,
    arg_min(agent_type, transcript_id) AS agent_type,
    arg_min(parent_session_id, transcript_id) AS parent_session_id,
    arg_min(known_from, transcript_id) AS known_from
  FROM sessions
  WHERE session_id IS NOT NULL
  GROUP BY session_id
), with_steps AS (
  SELECT DISTINCT session_id FROM rounds WHERE session_id IS NOT NULL
)
SELECT
  session_id,
  title,
  project,
  coalesce(is_helper, contains(session_id, '/subagents/')) AS is_helper,
  agent_type,
  parent_session_id,
  known_from
FROM with_steps
FULL JOIN named USING (session_id)
ORDER BY session_id
