-- uses: calls, tool_activity, transcript_steps
-- Which state follows which in requests, as edges and as paths of three.
--
-- merge: key(part, provider, model, agent, from_state, outcome, kind, to_state, third_state) sum(n, requests)
-- Grain:   one row per combination of keys; what a part does not distinguish is NULL.
-- Inputs:  tool_inputs and the relations above
-- Params:  $level         as in states.sql
--          $states        JSON list of states: names, $other for all other names, and 'mixed'
--          $merge         a step is one visit, of the state 'mixed' if its calls differ, instead of one visit per call
-- Columns: part           'edge': from one visit to the next; 'path': over three visits, none of them parallel
--          model          of the step that is left, or entered from START
--          agent          kind of sub-agent; NULL for other sessions
--          from_state     'START' for the first visit of a request
--          outcome        of the visit that is left: failed, empty (a search that found nothing, by the length of its reply), worked or
--                         unknown; 'start' for START
--          kind           'within' to a parallel call of the same step, else 'next'
--          to_state       'END' after the last visit of a request
--          third_state    of a path
--          n              how often
--          requests       requests with the path; 0 for edges
WITH states AS (
  -- Numbers are compared faster than names.
  SELECT unnest(from_json($states, '["VARCHAR"]')) AS state, generate_subscripts(from_json($states, '["VARCHAR"]'), 1)::UTINYINT AS no
), named AS (
  SELECT
    round_pk,
    tool_index,
    provider,
    model,
    session_pk,
    request_no,
    coalesce(no, (SELECT no FROM states WHERE state = $other)) AS no,
    CASE
      WHEN is_error THEN 'failed'
      WHEN is_error IS NULL THEN 'unknown'
      -- Replies of Claude's search tools to a search without hits: "No files found", "No matches found", nothing.
      WHEN tool IN ('Grep', 'Glob') AND result_chars IN (0, 14, 16) THEN 'empty'
      ELSE 'worked'
    END AS outcome
  FROM calls
  JOIN tool_activity USING (tool)
  LEFT JOIN tool_inputs USING (round_pk, tool_index)
  LEFT JOIN states ON state = CASE $level WHEN 'tool' THEN tool WHEN 'verb' THEN coalesce(verb, category) ELSE category END
  WHERE request_no > 0
), visits AS (
  FROM named
  WHERE NOT $merge
  UNION ALL
  SELECT
    round_pk,
    min(tool_index),
    provider,
    model,
    session_pk,
    request_no,
    if(min(no) = max(no), min(no), (SELECT no FROM states WHERE state = 'mixed')),
    CASE
      WHEN bool_or(outcome = 'failed') THEN 'failed'
      WHEN bool_or(outcome = 'unknown') THEN 'unknown'
      WHEN bool_and(outcome = 'empty') THEN 'empty'
      ELSE 'worked'
    END
  FROM named
  WHERE $merge
  GROUP BY round_pk, provider, model, session_pk, request_no
), departures AS (
  SELECT
    round_pk,
    provider,
    model,
    outcome,
    no,
    lag(round_pk) OVER in_request IS NULL AS is_first,
    first_value(round_pk) OVER in_request AS request_pk,
    lead(no) OVER in_request AS to_no,
    lead(round_pk) OVER in_request AS to_pk,
    lead(no, 2) OVER in_request AS third_no,
    lead(round_pk, 2) OVER in_request AS third_pk
  FROM visits
  WINDOW in_request AS (PARTITION BY session_pk, request_no ORDER BY round_pk, tool_index)
), edges AS (
  SELECT provider, model, round_pk, no AS from_no, outcome, if(to_pk = round_pk, 'within', 'next') AS kind, to_no
  FROM departures
  UNION ALL
  SELECT provider, model, round_pk, NULL, 'start', 'next', no
  FROM departures
  WHERE is_first
), edge_counts AS (
  SELECT
    provider,
    model,
    CASE relation WHEN 'sub-agent' THEN coalesce(agent_type, 'sub-agent') END AS agent,
    from_no,
    outcome,
    kind,
    to_no,
    count(*) AS n
  FROM edges
  LEFT JOIN transcript_steps USING (round_pk)
  GROUP BY ALL
), paths_of_requests AS (
  SELECT provider, request_pk, no AS from_no, to_no, third_no, count(*) AS n
  FROM departures
  WHERE to_pk > round_pk AND third_pk > to_pk
  GROUP BY ALL
), path_counts AS (
  SELECT provider, from_no, to_no, third_no, sum(n) AS n, count(*) AS requests
  FROM paths_of_requests
  GROUP BY ALL
), counts AS (
  SELECT 'edge' AS part, provider, model, agent, from_no, outcome, kind, to_no, NULL AS third_no, n, 0 AS requests
  FROM edge_counts
  UNION ALL
  SELECT 'path', provider, NULL, NULL, from_no, NULL, NULL, to_no, third_no, n, requests
  FROM path_counts
)
SELECT
  part,
  provider,
  model,
  agent,
  coalesce(origin.state, 'START') AS from_state,
  outcome,
  kind,
  coalesce(target.state, 'END') AS to_state,
  third.state AS third_state,
  n,
  requests
FROM counts
LEFT JOIN states AS origin ON origin.no = from_no
LEFT JOIN states AS target ON target.no = to_no
LEFT JOIN states AS third ON third.no = third_no
ORDER BY part, provider, model NULLS FIRST, agent NULLS FIRST, from_state, outcome NULLS FIRST, kind NULLS FIRST, to_state, third_state NULLS FIRST
