-- uses: helpers
-- What the helpers of some sessions cost and read, by type.
--
-- Grain:   one row per session at the root and type of helper, the most expensive first.
-- Params:  $sessions   their hashes, of `sessionHashes`
--          $most       at most so many
-- Columns: root_session, agent_type (NULL when unknown), helpers, cost_nano (0 without a price), context_tokens
-- scope: pool
SELECT
  caller_session_id AS root_session,
  agent_type,
  count(*) AS helpers,
  coalesce(sum(helpers.cost_nano), 0)::DOUBLE AS cost_nano,
  sum(context_tokens)::DOUBLE AS context_tokens
FROM helpers
WHERE list_contains(string_split($sessions, ' '), md5(caller_session_id))
GROUP BY caller_session_id, agent_type
ORDER BY cost_nano DESC, root_session, agent_type NULLS FIRST
LIMIT $most
