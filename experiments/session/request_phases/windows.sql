-- uses: request_spans, error_steps
-- Error windows of a session: runs of steps in them.
--
-- merge: top $most by request_no, first_step
-- Grain:   one row per run of steps of a request whose times are known.
-- Params:  $session   the session
--          $most      rows
-- Columns: from_s, to_s   as in ribbon.sql
WITH placed AS (
  SELECT
    request_no,
    step,
    is_repair,
    step - count(*) FILTER (is_repair) OVER in_request AS run,
    to_us - from_us - human_us AS agent_us,
    sum(to_us - from_us - human_us) OVER in_request AS end_us
  FROM request_spans
  LEFT JOIN (SELECT round_pk, TRUE AS is_repair FROM error_steps) USING (round_pk)
  WHERE session_pk = (SELECT min(round_pk) FROM rounds WHERE session_id = $session)
  WINDOW in_request AS (PARTITION BY request_no ORDER BY step ROWS UNBOUNDED PRECEDING)
)
SELECT request_no, min(step) AS first_step, min(end_us - agent_us) / 1e6 AS from_s, max(end_us) / 1e6 AS to_s
FROM placed
WHERE is_repair
GROUP BY request_no, run
ORDER BY request_no, first_step
LIMIT $most
