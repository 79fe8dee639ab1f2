-- uses: helpers
-- The most expensive helpers, of one session or of all.
--
-- Grain:   one row per helper, the most expensive first.
-- Params:  $root  the session at the root of their tree; NULL: any
--          $most  at most so many
-- scope: pool
SELECT
  session_id,
  parent_session_id,
  agent_type,
  provider,
  model,
  helper_depth AS depth,
  steps,
  peak_context_tokens,
  output_tokens,
  context_tokens,
  cost_nano::DOUBLE AS cost_nano,
  context_tokens / nullif(returned_tokens, 0) AS leverage
FROM helpers
WHERE cost_nano IS NOT NULL AND ($root::VARCHAR IS NULL OR caller_session_id = $root)
ORDER BY helpers.cost_nano DESC, session_id
LIMIT $most
