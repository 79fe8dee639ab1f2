-- The shard of each step. What belongs to a step that the pool does not have is the first shard's.
--
-- Grain: one row per round_pk of any table; NULL if there is such a row.
WITH keys AS (
  SELECT round_pk FROM stored.tool_calls
  UNION
  SELECT round_pk FROM stored.timing_events
  UNION
  SELECT round_pk FROM round_details
  UNION
  SELECT round_pk FROM tool_inputs
)
SELECT round_pk, coalesce(shard, 0)::USMALLINT AS shard
FROM stored.rounds
LEFT JOIN sharding.sessions USING (session_id)
UNION ALL
SELECT round_pk, 0
FROM keys
WHERE NOT EXISTS (FROM stored.rounds WHERE rounds.round_pk = keys.round_pk)
