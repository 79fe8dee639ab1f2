-- uses: tool_latencies
-- merge: key(bin) sum(calls, total_ms)
-- How calls and time spread over four ranges of latency.
--
-- Grain:   one row per range that has calls; only positive effective latencies.
-- Columns: bin        0: below 1 s, 1: below 10 s, 2: below 1 min, 3: longer
--          calls, total_ms
SELECT
  CASE WHEN effective_ms < 1000 THEN 0 WHEN effective_ms < 10000 THEN 1 WHEN effective_ms < 60000 THEN 2 ELSE 3 END AS bin,
  count(*) AS calls,
  sum(effective_ms) AS total_ms
FROM tool_latencies
WHERE effective_ms > 0
GROUP BY bin
ORDER BY bin
