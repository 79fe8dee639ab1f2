-- uses: step_times
-- How the input of a session changes from step to step, as each scope sees it (`context_growth` is the same for all steps together; here a
-- provider's scope compares with the step before among its own).
--
-- Grain:  one row per scope and step that follows another of its session, if a user message or tool result triggered it.
-- Inputs: rounds, step_times
--
--   scope     'merged' for all steps, or a provider's name; a provider that is called 'merged' has none
--   trigger   user_message or tool_result
--   delta     tokens of input more than in the step before, negative when it shrinks
WITH named AS (
  SELECT session_id, min(round_pk) AS session_pk -- compared faster than a text
  FROM rounds
  GROUP BY session_id
), totals AS (
  SELECT
    provider,
    session_pk,
    round_pk,
    first_event_type AS trigger,
    coalesce(prefix_tokens, 0) + coalesce(newly_append_tokens, 0) AS total_tokens
  FROM rounds
  JOIN step_times USING (round_pk)
  JOIN named USING (session_id) -- leaves out steps without a session
), neighbors AS (
  SELECT
    provider,
    trigger,
    total_tokens - lag(total_tokens) OVER (PARTITION BY session_pk ORDER BY round_pk) AS delta,
    total_tokens - lag(total_tokens) OVER (PARTITION BY session_pk, provider ORDER BY round_pk) AS delta_of_provider
  FROM totals
), changes AS (
  SELECT 'merged' AS scope, trigger, delta FROM neighbors
  UNION ALL
  SELECT provider, trigger, delta_of_provider FROM neighbors WHERE provider <> 'merged'
)
SELECT scope, trigger, delta
FROM changes
WHERE delta IS NOT NULL AND trigger IN ('user_message', 'tool_result')
