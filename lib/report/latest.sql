-- uses: steps
-- The sessions of a pool, the latest first; those without a time last.
--
-- Grain:   one row per session.
-- Columns: session_id, provider
--          last_us   of its last event, epoch microseconds; NULL without times
SELECT session_id, min(provider) AS provider, max(last_us) AS last_us
FROM steps
GROUP BY session_id
ORDER BY last_us DESC NULLS LAST, session_id
