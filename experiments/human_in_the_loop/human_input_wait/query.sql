-- uses: human_waits
-- How long a named session sat idle before each user message.
--
-- Grain:   one row per user message that comes later than the event before it in its session.
-- Columns: provider    of the step that the message belongs to; '<unknown-provider>' when that has none
--          session_id
--          seconds     > 0, since the event before, of whatever type
--          one         1
--          is_short    1 when below five minutes, else 0
SELECT
  coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
  session_id,
  wait_us / 1e6 AS seconds,
  1 AS one,
  (wait_us < 300e6)::INTEGER AS is_short
FROM human_waits
WHERE session_id <> '' -- a step without a session has no event before it
