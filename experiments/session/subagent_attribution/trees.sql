-- uses: helpers, lineage, steps, calls, step_cost
-- Sessions that started helpers: their own cost, that of all helpers below them, and how many of their calls a helper is known for.
--
-- Grain:   one row per session that isn't a helper and has a helper or a call that starts one; the most expensive tree first.
-- Params:  $most  at most so many; NULL: all
-- Columns: root_session, provider
--          steps            of the session itself; 0 when it isn't in the pool
--          helpers, max_depth
--          self_usd, helpers_usd, helpers_share   NULL without a price; the share also when the session isn't in the pool
--          self_tokens, helpers_tokens            context of all steps added up
--          unpriced_steps   of the session and its helpers
--          max_parallel     helpers whose first and last events enclose one moment
--          spawn_calls, unlinked_spawns           calls that start helpers, by any session of the tree, and those no helper is known for
--          returned_chars   results of these calls, and of Codex's wait_agent
-- scope: pool
WITH started AS (
  SELECT
    coalesce(helpers.caller_session_id, calls.session_id) AS root_session,
    min(calls.provider) AS provider,
    count(*) FILTER (tool <> 'wait_agent') AS spawn_calls,
    count(*) FILTER (tool <> 'wait_agent' AND lineage.session_id IS NULL) AS unlinked_spawns,
    coalesce(sum(result_chars) FILTER (tool = 'wait_agent'), 0) AS awaited_chars
  FROM calls
  LEFT JOIN helpers USING (session_id)
  LEFT JOIN lineage ON lineage.call_round_pk = calls.round_pk AND lineage.call_tool_index = calls.tool_index
  WHERE tool IN ('Task', 'Agent', 'spawn_agent', 'wait_agent')
  GROUP BY root_session
), trees AS (
  SELECT
    caller_session_id AS root_session,
    min(provider) AS provider,
    count(*) AS helpers,
    max(helper_depth) AS max_depth,
    sum(cost_nano) AS helpers_nano,
    sum(context_tokens)::BIGINT AS helpers_tokens,
    sum(unpriced_steps)::BIGINT AS unpriced_steps,
    coalesce(sum(returned_chars), 0) AS returned_chars
  FROM helpers
  GROUP BY caller_session_id
), edges AS (
  SELECT caller_session_id AS root_session, unnest([{'us': from_us, 'd': 1}, {'us': to_us, 'd': -1}], recursive := true)
  FROM helpers
  WHERE to_us >= from_us
), parallel AS (
  SELECT root_session, greatest(max(at_once), 1) AS max_parallel
  FROM (SELECT root_session, sum(d) OVER (PARTITION BY root_session ORDER BY us, d ROWS UNBOUNDED PRECEDING) AS at_once FROM edges)
  GROUP BY root_session
), roots AS (
  SELECT root_session FROM trees UNION SELECT root_session FROM started WHERE spawn_calls > 0
), own AS (
  SELECT
    session_id AS root_session,
    count(*) AS steps,
    sum(cost_nano) AS self_nano,
    sum(context_tokens)::BIGINT AS self_tokens,
    count(*) FILTER (cost_nano IS NULL) AS unpriced_steps
  FROM steps
  JOIN step_cost USING (round_pk)
  WHERE session_id IN (SELECT root_session FROM roots)
  GROUP BY session_id
)
SELECT
  root_session,
  coalesce(trees.provider, started.provider) AS provider,
  coalesce(steps, 0) AS steps,
  coalesce(helpers, 0) AS helpers,
  coalesce(max_depth, 0) AS max_depth,
  self_nano / 1e9 AS self_usd,
  helpers_nano / 1e9 AS helpers_usd,
  CASE WHEN steps > 0 THEN coalesce(helpers_nano, 0) / nullif(coalesce(self_nano, 0) + coalesce(helpers_nano, 0), 0) END AS helpers_share,
  coalesce(self_tokens, 0) AS self_tokens,
  coalesce(helpers_tokens, 0) AS helpers_tokens,
  (coalesce(own.unpriced_steps, 0) + coalesce(trees.unpriced_steps, 0))::BIGINT AS unpriced_steps,
  coalesce(max_parallel, 0)::BIGINT AS max_parallel,
  coalesce(spawn_calls, 0) AS spawn_calls,
  coalesce(unlinked_spawns, 0) AS unlinked_spawns,
  (coalesce(returned_chars, 0) + coalesce(awaited_chars, 0))::BIGINT AS returned_chars
FROM roots
LEFT JOIN trees USING (root_session)
LEFT JOIN started USING (root_session)
LEFT JOIN own USING (root_session)
LEFT JOIN parallel USING (root_session)
ORDER BY coalesce(self_nano, 0) + coalesce(helpers_nano, 0) DESC, root_session
LIMIT $most::BIGINT
