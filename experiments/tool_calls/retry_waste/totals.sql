-- uses: calls
-- All calls, for shares.
--
-- merge: key(provider, tool) sum(calls, failed)
-- Grain: one row per provider and tool, of calls in requests.
SELECT provider, tool, count(*) AS calls, count(*) FILTER (is_error) AS failed
FROM calls
WHERE request_no > 0
GROUP BY provider, tool
ORDER BY provider, tool
