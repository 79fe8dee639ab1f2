-- uses: request_costs, request_spans, step_activity, steps
-- The phases of a session's most expensive requests, in order.
--
-- merge: top $most by request_no, phase
-- Grain:   one row per phase of a request whose times are known.
-- Params:  $session    the session
--          $requests   the most expensive ones, at most so many
--          $most       rows
-- Columns: from_s, to_s   on the time of the agent: seconds since the user message without waits for a person
--          human_s        these waits
--          request_usd, request_repair_usd, request_steps, rework_loops   of the request
WITH chosen AS (
  SELECT *
  FROM request_costs
  WHERE session_id = $session AND response_us >= 0
  ORDER BY cost_nano DESC, input_tokens DESC, request_no
  LIMIT $requests
), placed AS (
  SELECT
    request_no,
    phase,
    activity,
    human_us,
    to_us - from_us - human_us AS agent_us,
    sum(to_us - from_us - human_us) OVER (PARTITION BY request_no ORDER BY step ROWS UNBOUNDED PRECEDING) AS end_us
  FROM step_activity
  JOIN request_spans USING (round_pk, request_no, step)
  JOIN (SELECT round_pk, session_id FROM steps) USING (round_pk)
  WHERE session_id = $session AND request_no IN (SELECT request_no FROM chosen)
), phases AS (
  SELECT
    request_no,
    phase,
    any_value(activity) AS activity,
    min(end_us - agent_us) / 1e6 AS from_s,
    max(end_us) / 1e6 AS to_s,
    sum(human_us) / 1e6 AS human_s
  FROM placed
  GROUP BY request_no, phase
)
SELECT
  phases.*,
  if(unpriced_steps < steps, cost_nano / 1e9, NULL) AS request_usd,
  repair_nano / 1e9 AS request_repair_usd,
  steps AS request_steps,
  rework_loops
FROM phases
JOIN chosen USING (request_no)
ORDER BY request_no, phase
LIMIT $most
