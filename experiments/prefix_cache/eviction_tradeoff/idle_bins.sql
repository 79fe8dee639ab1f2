-- uses: step_idle
-- merge: key(provider, place) sum(steps, idle_us, prefix_tokens, append_tokens, fresh_tokens)
-- The agent steps whose idle time is known, by the shortest timeout that would have kept their prefix: how many, their input, how
-- much of it was new, and how long the prefixes were idle.
--
-- Grain:   one row per provider and timeout that has steps, in their order. A step takes part if a user message or a tool result
--          triggered it and it has known tokens (more than 0), a step before it in its session and a known idle time.
-- Inputs:  rounds, step_idle
-- Params:  $timeouts_s    JSON list, ascending, seconds
--
--   provider        of the steps
--   place           of the timeout in the list: the first one that is not shorter than the idle time; its length if all are
--   steps, idle_us  their number; time that prefixes were idle before them, microseconds
--   prefix_tokens   cached input as it was read
--   append_tokens   new input as it was read
--   fresh_tokens    growth of the whole input since the previous step minus that step's output, clamped to [0, append]: the part that
--                   no cache could have held
WITH covered AS (
  SELECT
    step.provider,
    idle_us,
    step.prefix_tokens,
    step.newly_append_tokens AS append_tokens,
    greatest(0,
      step.prefix_tokens + step.newly_append_tokens - coalesce(previous.prefix_tokens, 0) - coalesce(previous.newly_append_tokens, 0)
    ) AS growth_tokens,
    coalesce(previous.output_tokens, 0) AS previous_output_tokens
  FROM step_idle
  JOIN rounds AS step USING (round_pk)
  JOIN rounds AS previous ON previous.round_pk = previous_round_pk
  WHERE idle_us IS NOT NULL AND step.prefix_tokens + step.newly_append_tokens > 0
), limits AS (
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
  sum(least(greatest(growth_tokens - previous_output_tokens, 0), append_tokens))::BIGINT AS fresh_tokens
FROM covered
ASOF JOIN timeouts ON idle_us / 1e6 <= timeout_s
GROUP BY provider, place
