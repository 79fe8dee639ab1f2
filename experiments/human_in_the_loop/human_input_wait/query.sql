-- uses: human_waits
-- How long a named session sat idle before each user message.
--
-- Grain:   one row per user message that comes later than the event before it in its session.
-- Columns: provider    of the step that the message belongs to; '<unknown-provider>' when that has none
--          seconds     > 0, since the event before, of whatever type
SELECT
  coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
  wait_us / 1e6 AS seconds
FROM human_waits
WHERE session_id <> '' -- a step without a session has no event before it
