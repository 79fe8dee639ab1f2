-- uses: calls, tool_activity, step_cost
-- The same pool under the rules of other tools.
--
-- merge: key(rule) sum(hits, steps, unpriced, nano)
-- Grain:   one row per rule that fires. Calls are in the order of their session, whatever the request, unless the rule says so.
-- Inputs:  tool_inputs; an input is known by its hash, else by its length
-- Columns: hits       how often the rule fires; of a loop, once
--          steps      steps that it blames, each once
--          nano       their whole cost in nano-dollars; steps without a price are counted in unpriced
WITH ordered AS (
  SELECT
    round_pk, tool_index, session_pk, request_no, call_no,
    hash(tool) AS tool_key,
    activity = 'run' AND NOT is_wait AS is_command,
    coalesce(is_error, FALSE) AS failed,
    CASE WHEN coalesce(input_hash, input_chars::VARCHAR) IS NOT NULL THEN hash(tool, coalesce(input_hash, input_chars::VARCHAR)) END AS call
  FROM calls
  JOIN tool_activity USING (tool)
  LEFT JOIN tool_inputs USING (round_pk, tool_index)
), failures AS ( -- consecutive calls have consecutive numbers
  SELECT *, call_no - row_number() OVER (PARTITION BY session_pk ORDER BY call_no) AS run
  FROM ordered
  WHERE failed
), same_failures AS (
  SELECT *, call_no - row_number() OVER (PARTITION BY session_pk, run, call ORDER BY call_no) AS stretch
  FROM failures
), sized_failures AS (
  SELECT
    *,
    count(*) OVER (PARTITION BY session_pk, run) AS run_calls,
    min(call) OVER (PARTITION BY session_pk, run) < max(call) OVER (PARTITION BY session_pk, run) AS differs,
    call_no = min(call_no) OVER (PARTITION BY session_pk, run) AS opens_run,
    count(*) OVER (PARTITION BY session_pk, run, call, stretch) AS stretch_calls,
    call_no = min(call_no) OVER (PARTITION BY session_pk, run, call, stretch) AS opens_stretch
  FROM same_failures
), recent AS (
  SELECT
    round_pk, call, tool_key,
    lag(call, 1) OVER w AS call_1, lag(call, 2) OVER w AS call_2, lag(call, 3) OVER w AS call_3,
    lag(call, 4) OVER w AS call_4, lag(call, 5) OVER w AS call_5, lag(call, 6) OVER w AS call_6,
    tool_key = lag(tool_key, 1) OVER w AND tool_key = lag(tool_key, 2) OVER w
      AND tool_key = lag(tool_key, 3) OVER w AND tool_key = lag(tool_key, 4) OVER w AS fifth_of_tool,
    lag(tool_key, 5) OVER w AS tool_5
  FROM ordered
  WINDOW w AS (PARTITION BY session_pk ORDER BY call_no)
), counted AS (
  SELECT
    *,
    (call IS NOT DISTINCT FROM call_1)::INTEGER + (call IS NOT DISTINCT FROM call_2)::INTEGER + (call IS NOT DISTINCT FROM call_3)::INTEGER
      + (call IS NOT DISTINCT FROM call_4)::INTEGER + (call IS NOT DISTINCT FROM call_5)::INTEGER >= 3 AS alerts,
    (call_1 IS NOT DISTINCT FROM call_2)::INTEGER + (call_1 IS NOT DISTINCT FROM call_3)::INTEGER + (call_1 IS NOT DISTINCT FROM call_4)::INTEGER
      + (call_1 IS NOT DISTINCT FROM call_5)::INTEGER + (call_1 IS NOT DISTINCT FROM call_6)::INTEGER >= 3 AS alerted_before
  FROM recent
  WHERE call IS NOT NULL
), commands AS (
  SELECT session_pk, request_no, call, min(call_no) AS first_call_no
  FROM ordered
  WHERE is_command AND request_no > 0 AND call IS NOT NULL
  GROUP BY ALL
  HAVING count(*) > 1
), tool_steps AS (
  SELECT any_value(session_pk) AS session_pk, round_pk, bool_or(failed) AS failed, bit_xor(hash(call, tool_index)) AS calls
  FROM ordered
  GROUP BY round_pk
), step_pairs AS (
  SELECT
    round_pk,
    calls = lag(calls) OVER in_session AS same,
    lag(failed) OVER in_session AS after_failure
  FROM tool_steps
  WINDOW in_session AS (PARTITION BY session_pk ORDER BY round_pk)
), blamed AS (
  SELECT 'burn retry loop' AS rule, round_pk, opens_stretch AS hit FROM sized_failures WHERE stretch_calls >= 3
  UNION ALL
  SELECT 'burn failure run', round_pk, opens_run FROM sized_failures WHERE run_calls >= 3 AND differs
  UNION ALL
  SELECT 'TokenJam retry', round_pk, TRUE FROM step_pairs WHERE same AND after_failure
  UNION ALL
  SELECT 'TokenJam retry, before its fix', round_pk, TRUE FROM step_pairs WHERE same
  UNION ALL
  SELECT 'TokenJam retry alert', round_pk, NOT alerted_before FROM counted WHERE alerts
  UNION ALL
  SELECT 'agent-strace repeated command', round_pk, TRUE
  FROM ordered JOIN commands USING (session_pk, request_no, call)
  WHERE call_no > first_call_no
  UNION ALL
  SELECT 'agent-strace tool loop', round_pk, tool_5 IS DISTINCT FROM tool_key FROM recent WHERE fifth_of_tool
), steps_of AS (
  SELECT rule, round_pk, count(*) FILTER (hit) AS hits
  FROM blamed
  GROUP BY rule, round_pk
)
SELECT
  rule,
  sum(hits)::BIGINT AS hits,
  count(*) AS steps,
  count(*) FILTER (cost_nano IS NULL) AS unpriced,
  coalesce(sum(cost_nano), 0)::BIGINT AS nano
FROM steps_of
JOIN step_cost USING (round_pk)
GROUP BY rule
ORDER BY rule
