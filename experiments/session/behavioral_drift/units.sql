-- uses: steps, calls, tool_activity, busy, emitted, context_use, session_traits
-- merge: key(no, stratum, block, dimension, bin, name) sum(units, sessions)
-- How groups of sessions behave: counts over fixed bins, in each dimension.
--
-- Grain:   one row per group, stratum, block of sessions, dimension and bin that has units.
-- Inputs:  rounds and the relations above. Replayed history of Codex is left out.
-- Params:  $groups       JSON list of {no, blocks, needed}: the number of a group, into how many blocks its sessions go by hash (null: each
--                        session is one), and how many conditions a session must meet
--          $conditions   JSON list of {no, trait, op, value}; op is 'is', 'begins', 'from' (or later) or 'to' (earlier)
--          $stratum      trait inside which sessions may be shuffled; NULL: none
--          $windows      JSON list of {provider, model, window_tokens}, where no transcript says it
-- Columns: no            of the group
--          stratum       value of the trait, '' without it
--          block         a session, or the number of a block
--          dimension     tool_mix, error, repeat: a unit is a call; flow: a call and the next one, in a later step of the request;
--                        parallel, output, context: a step; depth, duration, edits: a request; understated: a step with output
--          bin           number of the bin, in the order of its dimension; NULL where names are bins
--          name          tool, or category > category
--          units
--          sessions      sessions whose first bin of the dimension this is, so that each counts once
WITH conditions AS (
  SELECT unnest(from_json($conditions::VARCHAR, '[{"no": "BIGINT", "trait": "VARCHAR", "op": "VARCHAR", "value": "VARCHAR"}]'), recursive := true)
), groups AS (
  SELECT unnest(from_json($groups::VARCHAR, '[{"no": "BIGINT", "blocks": "BIGINT", "needed": "BIGINT"}]'), recursive := true)
), windows AS (
  SELECT unnest(from_json($windows::VARCHAR, '[{"provider": "VARCHAR", "model": "VARCHAR", "window_tokens": "BIGINT"}]'), recursive := true)
), matches AS (
  SELECT conditions.no, session_id, count(*) AS met
  FROM session_traits
  JOIN conditions USING (trait)
  WHERE CASE op
    WHEN 'is' THEN session_traits.value = conditions.value
    WHEN 'begins' THEN starts_with(session_traits.value, conditions.value)
    WHEN 'from' THEN session_traits.value >= conditions.value
    ELSE session_traits.value < conditions.value
  END
  GROUP BY ALL
), members AS (
  SELECT
    no,
    matches.session_id,
    coalesce(strata.value, '') AS stratum,
    if(blocks IS NULL, matches.session_id, (hash(matches.session_id) % blocks)::VARCHAR) AS block
  FROM matches
  JOIN groups USING (no)
  LEFT JOIN session_traits AS strata ON strata.session_id = matches.session_id AND trait = $stratum
  WHERE met = needed
), stepped AS (
  SELECT
    round_pk,
    steps.session_id,
    session_pk,
    request_no,
    steps.provider,
    steps.model,
    context_tokens,
    steps.output_tokens,
    reasoning_tokens,
    output_is_final
  FROM steps
  JOIN rounds USING (round_pk)
  WHERE NOT is_replayed AND steps.session_id IN (SELECT session_id FROM members)
), called AS (
  SELECT
    round_pk,
    stepped.session_pk,
    stepped.request_no,
    tool,
    is_error,
    category,
    activity = 'edit' AS is_edit,
    lag(round_pk) OVER in_request AS previous_round_pk,
    lag(tool) OVER in_request AS previous_tool,
    lag(category) OVER in_request AS previous_category,
    coalesce(lag(is_error) OVER in_request, false) AS after_error
  FROM calls
  JOIN stepped USING (round_pk)
  JOIN tool_activity USING (tool)
  WINDOW in_request AS (PARTITION BY stepped.session_pk, stepped.request_no ORDER BY call_no)
), called_by_step AS (
  SELECT round_pk, count(*) AS calls, count(*) FILTER (is_edit) AS edits
  FROM called
  GROUP BY round_pk
), running AS (
  SELECT
    session_pk,
    request_no,
    from_us,
    to_us,
    max(to_us) OVER (PARTITION BY session_pk, request_no ORDER BY from_us ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until_us
  FROM busy
  JOIN stepped USING (round_pk, session_pk)
  WHERE kind <> 'human' AND request_no > 0
), active AS (
  SELECT session_pk, request_no, sum(greatest(to_us - greatest(from_us, coalesce(busy_until_us, from_us)), 0)) / 1e6 AS active_s
  FROM running
  GROUP BY session_pk, request_no
), requests AS (
  SELECT session_pk, request_no, count(*) AS steps, coalesce(sum(edits), 0) AS edits
  FROM stepped
  LEFT JOIN called_by_step USING (round_pk)
  WHERE request_no > 0
  GROUP BY session_pk, request_no
), units AS (
  SELECT session_pk, 'tool_mix' AS dimension, NULL::BIGINT AS bin, tool AS name, count(*) AS units
  FROM called
  GROUP BY ALL
  UNION ALL
  SELECT session_pk, 'flow', NULL, previous_category || ' > ' || category, count(*)
  FROM called
  WHERE previous_round_pk < round_pk
  GROUP BY ALL
  UNION ALL
  SELECT session_pk, 'error', CASE is_error WHEN false THEN 0 WHEN true THEN 1 ELSE 2 END AS bin, NULL, count(*)
  FROM called
  GROUP BY ALL
  UNION ALL
  SELECT session_pk, 'repeat', CASE WHEN previous_tool IS DISTINCT FROM tool THEN 0 WHEN after_error THEN 2 ELSE 1 END AS bin, NULL, count(*)
  FROM called
  GROUP BY ALL
  UNION ALL
  SELECT session_pk, 'parallel', least(coalesce(calls, 0), 4) AS bin, NULL, count(*)
  FROM stepped
  LEFT JOIN called_by_step USING (round_pk)
  GROUP BY ALL
  UNION ALL
  SELECT session_pk, 'depth', if(steps <= 2, steps - 1, least(ceil(log2(steps)), 7))::BIGINT AS bin, NULL, count(*)
  FROM requests
  GROUP BY ALL
  UNION ALL
  SELECT
    session_pk,
    'duration',
    CASE WHEN active_s < 10 THEN 0 WHEN active_s < 30 THEN 1 WHEN active_s < 120 THEN 2 WHEN active_s < 600 THEN 3 WHEN active_s < 1800 THEN 4 ELSE 5 END AS bin,
    NULL,
    count(*)
  FROM active
  GROUP BY ALL
  UNION ALL
  SELECT session_pk, 'edits', if(edits <= 2, edits, least(ceil(log2(edits)) + 1, 5))::BIGINT AS bin, NULL, count(*)
  FROM requests
  GROUP BY ALL
  UNION ALL
  SELECT session_pk, 'output', floor(log2(greatest(output_tokens, 1)))::BIGINT AS bin, NULL, count(*)
  FROM stepped
  WHERE output_is_final
  GROUP BY ALL
  UNION ALL
  -- Less by a fifth and 20 tokens than its text and the inputs of its calls need: the count was logged while the response was streaming.
  SELECT session_pk, 'understated', (1.2 * (output_tokens - reasoning_tokens) + 20 < floor_tokens)::BIGINT AS bin, NULL, count(*)
  FROM stepped
  JOIN emitted USING (round_pk)
  WHERE output_is_final
  GROUP BY ALL
  UNION ALL
  SELECT session_pk, 'context', least(10 * stepped.context_tokens // coalesce(logged_window_tokens, window_tokens), 10) AS bin, NULL, count(*)
  FROM stepped
  JOIN context_use USING (round_pk)
  LEFT JOIN windows ON windows.provider = stepped.provider AND windows.model = stepped.model
  WHERE coalesce(logged_window_tokens, window_tokens) > 0
  GROUP BY ALL
), numbered AS (
  SELECT *, row_number() OVER (PARTITION BY session_pk, dimension ORDER BY bin, name) = 1 AS is_first
  FROM units
), named AS (
  SELECT DISTINCT session_pk, session_id
  FROM stepped
)
SELECT no, stratum, block, dimension, bin, name, sum(units)::BIGINT AS units, count(*) FILTER (is_first) AS sessions
FROM members
JOIN named USING (session_id)
JOIN numbered USING (session_pk)
GROUP BY no, stratum, block, dimension, bin, name
ORDER BY no, stratum, block, dimension, bin NULLS FIRST, name NULLS FIRST
