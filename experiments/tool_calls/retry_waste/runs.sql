-- uses: failing_calls
-- How many calls fail one after the other.
--
-- merge: key(provider, length) sum(runs, same_input)
-- Grain:   one row per provider and length.
-- Columns: runs         of so many failed calls in a request, with no other call between them
--          same_input   those whose calls have all the same tool and input
WITH runs AS (
  SELECT provider, run_calls, min(stretch_calls) = run_calls AS is_same
  FROM failing_calls
  GROUP BY provider, session_id, request_no, run_call_no, run_calls
)
SELECT provider, run_calls AS length, count(*) AS runs, count(*) FILTER (is_same) AS same_input
FROM runs
GROUP BY provider, run_calls
ORDER BY provider, length
