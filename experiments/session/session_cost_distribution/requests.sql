-- uses: requests
-- The requests that are counted: those of a named session that got an answer after some time.
--
-- Grain:   one row per request, in closing order.
-- Columns: request_key    round_pk of the step that opened it
--          provider       of that step; NULL when it has none
SELECT opening_round_pk::DOUBLE AS request_key, provider
FROM requests
WHERE session_id <> '' AND response_us > 0
ORDER BY closing_order
