-- Characters that the client or another agent put into a step: hooks, notifications, summaries, prompts of helpers. The published reading
-- counts them as user messages, so there it has no rows.
--
-- Grain:  one row per step with such messages (`round_pk`, unique).
-- Inputs: timing_events
--
--   round_pk         the step
--   client_chars     characters; 0 when unknown
SELECT round_pk, coalesce(sum(content_chars), 0)::BIGINT AS client_chars
FROM timing_events
WHERE event_type = 'client_message'
GROUP BY round_pk
