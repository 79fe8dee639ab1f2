-- uses: calls, steps
-- Steps inside an error window: from the step after a failed call to the step of the same request in which the same tool works
-- again, or the one step after the failure when it never does. Windows overlap; a step is here once.
--
-- Grain:  one row per such step (`round_pk`, unique), of steps before the first request (request_no 0), too.
-- A call of unknown status neither fails nor works.
--
--   round_pk, session_id, request_no   the step
WITH failing AS (
  SELECT DISTINCT session_pk, request_no, tool
  FROM calls
  WHERE is_error
), tool_steps AS (
  SELECT session_pk, request_no, tool, step, bool_or(is_error) AS failed, bool_or(is_error IS FALSE) AS worked
  FROM calls
  SEMI JOIN failing USING (session_pk, request_no, tool)
  GROUP BY ALL
), followed AS (
  SELECT
    session_pk,
    request_no,
    step,
    failed,
    min(CASE WHEN worked THEN step END) OVER later AS worked_step,
    min(CASE WHEN failed THEN step END) OVER later AS failed_step
  FROM tool_steps
  WINDOW later AS (PARTITION BY session_pk, request_no, tool ORDER BY step DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), windows AS (
  SELECT
    session_pk,
    request_no,
    -- The window of a failure ends at the next one, which has the rest.
    unnest(generate_series(step + 1, if(worked_step IS NULL, step + 1, least(worked_step, failed_step)))) AS step
  FROM followed
  WHERE failed
)
SELECT DISTINCT round_pk, session_id, request_no
FROM windows
JOIN steps USING (session_pk, request_no, step)
