-- uses: input_changes
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
FROM input_changes
GROUP BY scope, trigger
ORDER BY scope, trigger
