-- uses: steps, calls, tool_latencies
-- scope: pool
-- Sessions that another session started: helpers, forks and resumed conversations, and the call that started each helper.
--
-- Grain:  one row per session whose parent is known (`session_id`, unique), with or without steps.
-- Inputs: sessions, steps, calls, tool_latencies
-- What transcripts say comes first, then ids of the form `<parent>/subagents/<agent>`. In a pool that says neither, a session is a
-- helper when it starts 2 s before to 30 s after exactly one call that starts helpers, of another session of the same person and
-- provider, and no other session fits that call. Of a helper whose parent is known and whose call isn't, the call is found in the same way.
--
--   session_id
--   relation            'sub-agent', 'fork' or 'resume'
--   parent_session_id   as said, with or without steps
--   link_basis          'declared' (parent and call are named), 'parent' (the parent is named), 'path' (its id names the parent), 'nested'
--                       (by the times of the call), or 'orphan': the parent has no steps in the pool, or is a descendant
--   call_round_pk, call_tool_index   the call, as in `calls`; NULL when unknown
--   call_basis          'declared' or 'nested'; NULL without a call
--   called_us           when it was emitted, epoch microseconds
--   root_session_id     the ancestor without a known parent, through all relations; of a circle, its first session
--   depth               steps down from there
--   caller_session_id   the nearest ancestor that isn't a helper; the root of a tree of helpers
--   helper_depth        steps down from there; 0 for a session that isn't a helper
WITH RECURSIVE present AS (
  SELECT any_value(session_id) AS session_id, min(person) AS person, min(provider) AS provider, min(first_us) AS from_us
  FROM steps
  GROUP BY session_pk
), transcribed AS (
  SELECT
    session_id,
    arg_min(
      {'relation': relation, 'parent': parent_session_id, 'call': parent_tool_call_id},
      (parent_session_id IS NULL, parent_tool_call_id IS NULL, parent_session_id, parent_tool_call_id, relation)
    ) AS said
  FROM sessions
  GROUP BY session_id
), stated AS (
  SELECT session_id, said.relation, said.parent AS parent_session_id, said.call AS tool_call_id, 'parent' AS link_basis
  FROM transcribed
  WHERE said.relation IN ('sub-agent', 'fork', 'resume') AND said.parent <> session_id
  UNION ALL
  SELECT session_id, 'sub-agent', regexp_extract(session_id, '^(.*)/subagents/', 1), NULL, 'path'
  FROM present
  ANTI JOIN transcribed USING (session_id)
  WHERE contains(session_id, '/subagents/')
), starting AS (
  SELECT round_pk, tool_index, session_id, emitted_us
  FROM calls
  WHERE tool IN ('Task', 'Agent', 'spawn_agent')
), declared AS (
  SELECT stated.session_id, min((round_pk, tool_index)) AS call
  FROM stated
  JOIN tool_latencies AS named ON named.session_id = parent_session_id AND named.tool_call_id = stated.tool_call_id
  WHERE relation = 'sub-agent'
  GROUP BY stated.session_id
), unclaimed AS (
  SELECT * FROM starting WHERE (round_pk, tool_index) NOT IN (SELECT call FROM declared)
), unstated AS (
  SELECT * FROM present ANTI JOIN transcribed USING (session_id) WHERE NOT contains(session_id, '/subagents/')
), started AS ( -- a session that fits a call starts in one of two slots of 32 s, so that the join needs no pairs of all calls and sessions
  SELECT *, unnest([(emitted_us - 2000000) // 32000000, (emitted_us - 2000000) // 32000000 + 1]) AS slot
  FROM unclaimed
  JOIN present USING (session_id)
), fitting AS (
  SELECT stated.session_id, round_pk, tool_index, parent_session_id
  FROM stated
  ANTI JOIN declared USING (session_id)
  JOIN present USING (session_id)
  JOIN unclaimed ON unclaimed.session_id = parent_session_id AND from_us BETWEEN emitted_us - 2000000 AND emitted_us + 30000000
  WHERE relation = 'sub-agent'
  UNION ALL
  SELECT unstated.session_id, round_pk, tool_index, started.session_id
  FROM started
  JOIN unstated
    ON unstated.person = started.person
    AND unstated.provider = started.provider
    AND unstated.from_us // 32000000 = slot
    AND unstated.from_us BETWEEN emitted_us - 2000000 AND emitted_us + 30000000
  WHERE unstated.session_id <> started.session_id
), nested AS (
  SELECT *
  FROM fitting
  QUALIFY count(*) OVER (PARTITION BY session_id) = 1 AND count(*) OVER (PARTITION BY round_pk, tool_index) = 1
), edges AS (
  SELECT session_id, relation, parent_session_id, link_basis FROM stated
  UNION ALL
  SELECT session_id, 'sub-agent', parent_session_id, 'nested' FROM nested ANTI JOIN stated USING (session_id)
), ancestors AS ( -- UNION drops what is there already, so that a circle ends
  SELECT session_id, parent_session_id AS ancestor FROM edges
  UNION
  SELECT ancestors.session_id, parent_session_id FROM ancestors JOIN edges ON edges.session_id = ancestor
), circular AS ( -- the ancestors of a session in a circle are the circle
  SELECT session_id FROM ancestors GROUP BY session_id HAVING min(ancestor) = session_id AND bool_or(ancestor = session_id)
), cut AS (
  SELECT * FROM edges ANTI JOIN circular USING (session_id)
), placed AS (
  SELECT DISTINCT parent_session_id AS session_id, parent_session_id AS root, 0 AS depth, parent_session_id AS caller, 0 AS helper_depth
  FROM cut
  WHERE parent_session_id NOT IN (SELECT session_id FROM cut)
  UNION ALL
  SELECT
    cut.session_id,
    root,
    depth + 1,
    if(relation = 'sub-agent', caller, cut.session_id),
    if(relation = 'sub-agent', helper_depth + 1, 0)
  FROM cut
  JOIN placed ON placed.session_id = parent_session_id
)
SELECT
  edges.session_id,
  edges.relation,
  edges.parent_session_id,
  CASE
    WHEN present.session_id IS NULL OR circular.session_id IS NOT NULL THEN 'orphan'
    WHEN declared.call IS NOT NULL THEN 'declared'
    ELSE edges.link_basis
  END AS link_basis,
  coalesce(call[1], nested.round_pk) AS call_round_pk,
  coalesce(call[2], nested.tool_index) AS call_tool_index,
  CASE WHEN call IS NOT NULL THEN 'declared' WHEN nested.round_pk IS NOT NULL THEN 'nested' END AS call_basis,
  emitted_us AS called_us,
  coalesce(root, edges.session_id) AS root_session_id,
  coalesce(depth, 0) AS depth,
  coalesce(caller, edges.session_id) AS caller_session_id,
  coalesce(helper_depth, 0) AS helper_depth
FROM edges
LEFT JOIN placed USING (session_id)
LEFT JOIN circular USING (session_id)
LEFT JOIN declared USING (session_id)
LEFT JOIN nested USING (session_id)
LEFT JOIN present ON present.session_id = edges.parent_session_id
LEFT JOIN calls ON calls.round_pk = coalesce(call[1], nested.round_pk) AND calls.tool_index = coalesce(call[2], nested.tool_index)
