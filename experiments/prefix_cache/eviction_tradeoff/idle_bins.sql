-- uses: idle_inputs
-- merge: key(provider, place) sum(steps, idle_us, prefix_tokens, append_tokens, fresh_tokens)
-- The agent steps whose idle time is known, by the shortest timeout that would have kept their prefix: how many, their input, how
-- much of it was new, and how long the prefixes were idle.
--
-- Grain:   one row per provider and timeout that has steps, in their order.
-- Params:  $timeouts_s    JSON list, ascending, seconds
--
--   provider        of the steps
--   place           of the timeout in the list: the first one that is not shorter than the idle time; its length if all are
--   steps, idle_us  their number; time that prefixes were idle before them, microseconds
--   prefix_tokens, append_tokens, fresh_tokens   as in idle_inputs
WITH limits AS (
  SELECT list_append(from_json($timeouts_s, '["DOUBLE"]'), 'infinity'::DOUBLE) AS timeouts_s
), timeouts AS (
  SELECT unnest(timeouts_s) AS timeout_s, unnest(range(len(timeouts_s))) AS place
  FROM limits
)
SELECT
  provider,
  place,
  count(*) AS steps,
  sum(idle_us)::BIGINT AS idle_us,
  sum(prefix_tokens)::BIGINT AS prefix_tokens,
  sum(append_tokens)::BIGINT AS append_tokens,
  sum(fresh_tokens)::BIGINT AS fresh_tokens
FROM idle_inputs
ASOF JOIN timeouts ON idle_us / 1e6 <= timeout_s
GROUP BY provider, place
