-- uses: helpers, lineage, calls, steps, step_cost
-- How many calls start helpers, how many helpers are known for them, and by what.
--
-- Grain:   one row per provider.
-- Columns: provider
--          spawn_calls, spawn_sessions   calls that start helpers, and sessions with some
--          linked_calls                  calls that a helper is known for
--          spawn_wall_ms                 wall time of the calls
--          helpers, and of these with each basis of the link
--          balanced                      helpers whose balance is known
--          cost_nano, total_nano         of the helpers, and of all steps with a price
-- scope: pool
WITH started AS (
  SELECT
    provider,
    count(*) AS spawn_calls,
    count(DISTINCT calls.session_id) AS spawn_sessions,
    count(lineage.session_id) AS linked_calls,
    coalesce(sum(wall_ms), 0)::DOUBLE AS spawn_wall_ms
  FROM calls
  LEFT JOIN lineage ON call_round_pk = round_pk AND call_tool_index = tool_index
  WHERE tool IN ('Task', 'Agent', 'spawn_agent')
  GROUP BY provider
), found AS (
  SELECT
    provider,
    count(*) AS helpers,
    count(*) FILTER (link_basis = 'declared') AS declared,
    count(*) FILTER (link_basis = 'parent') AS parent,
    count(*) FILTER (link_basis = 'path') AS path,
    count(*) FILTER (link_basis = 'nested') AS nested,
    count(*) FILTER (link_basis = 'orphan') AS orphan,
    count(balance_nano) AS balanced,
    coalesce(sum(cost_nano), 0)::DOUBLE AS cost_nano
  FROM helpers
  GROUP BY provider
), totals AS (
  SELECT provider, coalesce(sum(cost_nano), 0)::DOUBLE AS total_nano FROM steps JOIN step_cost USING (round_pk) GROUP BY provider
)
SELECT
  provider,
  coalesce(spawn_calls, 0) AS spawn_calls,
  coalesce(spawn_sessions, 0) AS spawn_sessions,
  coalesce(linked_calls, 0) AS linked_calls,
  coalesce(spawn_wall_ms, 0) AS spawn_wall_ms,
  coalesce(helpers, 0) AS helpers,
  coalesce(declared, 0) AS declared,
  coalesce(parent, 0) AS parent,
  coalesce(path, 0) AS path,
  coalesce(nested, 0) AS nested,
  coalesce(orphan, 0) AS orphan,
  coalesce(balanced, 0) AS balanced,
  coalesce(cost_nano, 0) AS cost_nano,
  total_nano
FROM totals
LEFT JOIN started USING (provider)
LEFT JOIN found USING (provider)
ORDER BY provider
