-- uses: context_growth
-- How the total input changes from each step to the next, as little as statistics need.
--
-- Grain:   one row per step that follows a user message or a tool result and has a step of its session before it.
-- Columns: provider        of the step; 'unknown' when it has none
--          trigger         'user' or 'tool_result'
--          session_id
--          delta_tokens    total input of the step minus that of the one before it
--          grown_tokens    the same where it is growth, else NULL
--          lost_tokens     the size of a reduction, else NULL
--          steps, falls    1; 1 where it is a reduction, else 0
SELECT
  coalesce(nullif(provider, ''), 'unknown') AS provider,
  trigger,
  session_id,
  delta_tokens,
  if(delta_tokens > 0, delta_tokens, NULL) AS grown_tokens,
  if(delta_tokens < 0, -delta_tokens, NULL) AS lost_tokens,
  1 AS steps,
  (delta_tokens < 0)::INTEGER AS falls
FROM context_growth
