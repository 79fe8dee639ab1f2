-- uses: helpers
-- Helpers that a session started, also by way of other helpers unless it is one itself.
--
-- Grain:   one row.
-- Params:  $session   its id
-- Columns: helpers, steps, cost_nano   cost_nano is NULL when no step of theirs has a price
SELECT count(*) AS helpers, coalesce(sum(steps), 0)::BIGINT AS steps, sum(cost_nano)::BIGINT AS cost_nano
FROM helpers
WHERE caller_session_id = $session OR parent_session_id = $session
