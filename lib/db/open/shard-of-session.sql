-- The shard, from 0 to $shards - 1, of each session that the pool names: sessions with the same root share one, and so does a sub-agent
-- that only its path (`<session>/subagents/<name>`) connects with its session.
--
-- Grain: one row per session (`session_id`, unique).
WITH named AS (
  SELECT session_id FROM stored.rounds
  UNION
  SELECT session_id FROM sessions
  UNION
  SELECT session_id FROM session_events
), based AS (
  SELECT named.session_id, split_part(coalesce(root, named.session_id), '/subagents/', 1) AS base
  FROM named
  LEFT JOIN counted.roots USING (session_id)
  WHERE named.session_id IS NOT NULL
)
SELECT based.session_id, (hash(split_part(coalesce(root, base), '/subagents/', 1)) % $shards)::USMALLINT AS shard
FROM based
LEFT JOIN counted.roots ON roots.session_id = base
