-- uses: messages, people_steps, steps, step_facts
-- Columns: session_id
--          provider
--          interrupts
--          steering_messages   sent while the agent worked
WITH said AS (
  SELECT
    round_pk,
    CASE
      WHEN messages.provider = 'claude' AND speaker = 'interrupt' THEN 'interrupt'
      WHEN messages.provider = 'claude' AND speaker IS NULL AND content_chars = $generating_chars THEN if(is_followed, 'interrupt', NULL)
      WHEN messages.provider = 'claude' AND speaker IS NULL AND content_chars = $tool_chars THEN if(is_after_error, 'interrupt', NULL)
      WHEN is_typed AND is_after_result THEN 'steer'
    END AS kind
  FROM messages
  SEMI JOIN people_steps USING (round_pk)
  UNION ALL
  SELECT round_pk, 'interrupt'
  FROM session_events
  ASOF JOIN (SELECT * FROM steps SEMI JOIN people_steps USING (round_pk)) AS people
    ON people.session_id = session_events.session_id AND people.first_us <= epoch_us("timestamp")
  WHERE kind IN ('aborted', 'interrupt') AND people.provider = 'codex'
)
SELECT
  session_id,
  step_facts.provider,
  count(*) FILTER (kind = 'interrupt') AS interrupts,
  count(*) FILTER (kind = 'steer') AS steering_messages
FROM said
JOIN step_facts USING (round_pk)
WHERE kind IS NOT NULL
  AND day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY session_id, step_facts.provider
ORDER BY interrupts DESC, steering_messages DESC, session_id
LIMIT $top
