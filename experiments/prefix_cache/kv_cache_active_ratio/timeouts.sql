-- merge: same
-- The timeouts to try: evenly spaced on a log scale from a second to an hour, 64 for each power of ten, and the landmarks.
-- The powers are computed here because those of JavaScript differ in the last digit.
--
-- Grain:  one row per timeout, ascending, each once.
--
--   timeout_s     seconds
--   is_landmark   a round duration such as five minutes; the longest timeout is one
WITH landmarks AS (
  SELECT unnest([60.0, 300.0, 600.0, 1800.0, 3600.0])::DOUBLE AS timeout_s
), frame AS (
  SELECT log10(max(timeout_s)) AS longest, ceil(64 * log10(max(timeout_s)))::BIGINT AS intervals
  FROM landmarks
), spaced AS (
  SELECT pow(10.0::DOUBLE, point * longest / intervals) AS timeout_s
  FROM (SELECT longest, intervals, unnest(range(intervals)) AS point FROM frame)
)
SELECT DISTINCT timeout_s, timeout_s IN (FROM landmarks) AS is_landmark
FROM (FROM spaced UNION ALL FROM landmarks)
ORDER BY timeout_s
