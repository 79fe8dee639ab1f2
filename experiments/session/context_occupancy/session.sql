-- uses: context_use
-- The context of one session, step by step: the one with most resets, of these the one with most steps, unless a session is asked for.
--
-- Grain:   one row per step, or per so many neighboring steps that there are at most $points rows: then the one with the largest context.
-- Params:  $windows   as in steps.sql
--          $session_id   NULL: the session is chosen
-- Columns: session_id, provider, step, context_tokens, steps (of the session)
--          window_tokens   as in steps.sql; NULL: unknown
--          is_reset        a step of these begins with a reset
WITH windows AS (
  SELECT unnest(from_json($windows::VARCHAR, '[{"provider": "VARCHAR", "model": "VARCHAR", "given_tokens": "BIGINT", "listed_tokens": "BIGINT"}]'), recursive := true)
), used AS (
  SELECT *, coalesce(given_tokens, logged_window_tokens, listed_tokens) AS window_tokens
  FROM context_use
  JOIN windows USING (provider, model)
), chosen AS (
  SELECT session_id, count(*) AS steps
  FROM used
  GROUP BY session_id
  HAVING CASE WHEN $session_id::VARCHAR IS NULL THEN count(window_tokens) > 0 ELSE session_id = $session_id END
  ORDER BY count(reset) DESC, steps DESC, session_id
  LIMIT 1
)
SELECT
  session_id,
  any_value(provider) AS provider,
  any_value(steps) AS steps,
  arg_max(step, context_tokens * 1_000_000::HUGEINT - step) AS step,
  max(context_tokens) AS context_tokens,
  max(window_tokens) AS window_tokens,
  bool_or(reset IS NOT NULL) AS is_reset
FROM used
JOIN chosen USING (session_id)
GROUP BY session_id, (step - 1) // ceil(steps / $points)::BIGINT
ORDER BY step
