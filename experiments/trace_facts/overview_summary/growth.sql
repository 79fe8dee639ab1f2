-- uses: step_times
-- merge: key(scope, trigger)
-- merge: sum(steps, positive, zero, negative, micro, ordinary, major, increase_tokens, raw_tokens, reduction_tokens) max(max_reduction_tokens)
-- How often the input of a session grows or shrinks from step to step, as changes.sql has it, and by how much.
--
-- Grain:      one row per scope and trigger with a step to compare, ordered by both.
-- Parameters: micro_max_tokens   largest drop that counts as micro
--             major_min_tokens   smallest drop that counts as major
-- Columns:    scope (see query.sql), trigger (user_message, tool_result)
--             steps, positive, zero, negative, micro, ordinary, major   counts of steps
--             increase_tokens, raw_tokens, reduction_tokens, max_reduction_tokens   sums of growth, of all changes, of drops; largest drop
WITH totals AS (
  SELECT
    provider,
    session_id,
    round_pk,
    first_event_type AS trigger,
    coalesce(prefix_tokens, 0) + coalesce(newly_append_tokens, 0) AS total_tokens
  FROM rounds
  JOIN step_times USING (round_pk)
  WHERE session_id IS NOT NULL
), neighbors AS (
  SELECT
    provider,
    trigger,
    total_tokens - lag(total_tokens) OVER (PARTITION BY session_id ORDER BY round_pk) AS delta,
    total_tokens - lag(total_tokens) OVER (PARTITION BY session_id, provider ORDER BY round_pk) AS delta_of_provider
  FROM totals
), changes AS (
  SELECT 'merged' AS scope, trigger, delta FROM neighbors
  UNION ALL
  SELECT provider, trigger, delta_of_provider FROM neighbors WHERE provider <> 'merged'
)
SELECT
  scope,
  trigger,
  count(*) AS steps,
  count(*) FILTER (delta > 0) AS positive,
  count(*) FILTER (delta = 0) AS zero,
  count(*) FILTER (delta < 0) AS negative,
  count(*) FILTER (delta < 0 AND -delta <= $micro_max_tokens) AS micro,
  count(*) FILTER (-delta > $micro_max_tokens AND -delta < $major_min_tokens) AS ordinary,
  count(*) FILTER (-delta >= $major_min_tokens) AS major,
  sum(greatest(delta, 0))::BIGINT AS increase_tokens,
  sum(delta)::BIGINT AS raw_tokens,
  sum(greatest(-delta, 0))::BIGINT AS reduction_tokens,
  greatest(max(-delta), 0) AS max_reduction_tokens
FROM changes
WHERE delta IS NOT NULL AND trigger IN ('user_message', 'tool_result')
GROUP BY scope, trigger
ORDER BY scope, trigger
