-- merge: same
-- The timeouts to try: 260 evenly spaced on a log scale from one second to the longest, and the landmarks.
-- The powers are computed here because those of JavaScript differ in the last digit.
--
-- Grain:  one row per timeout, ascending, each once.
--
-- Columns
--   timeout_s      seconds
--   is_landmark    a round duration such as five minutes; the longest timeout is one
WITH landmarks AS (
  SELECT unnest([60.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0, 14400.0])::DOUBLE AS timeout_s
), spaced AS (
  SELECT pow(10.0::DOUBLE, CASE WHEN point = 259 THEN longest ELSE point * (longest / 259) END) AS timeout_s
  FROM range(260) AS points(point), (SELECT log10(max(timeout_s)) AS longest FROM landmarks)
)
SELECT DISTINCT timeout_s, timeout_s IN (FROM landmarks) AS is_landmark
FROM (FROM spaced UNION ALL FROM landmarks)
ORDER BY timeout_s
