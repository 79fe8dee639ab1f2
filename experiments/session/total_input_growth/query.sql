-- uses: context_growth
-- How the total input changes from each step to the next, as little as statistics need.
--
-- Grain:   one row per step that follows a user message or a tool result and has a step of its session before it, in file order.
-- Columns: provider        of the step; 'unknown' when it has none
--          trigger         'user' or 'tool_result'
--          delta_tokens    total input of the step minus that of the one before it (DOUBLE: exact below 2^53, cheap to fetch)
SELECT
  coalesce(nullif(provider, ''), 'unknown') AS provider,
  trigger,
  delta_tokens::DOUBLE AS delta_tokens
FROM context_growth
ORDER BY round_pk
