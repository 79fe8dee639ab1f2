-- uses: context_use
-- The context of one session, step by step.
--
-- Grain:   one row per step, or per so many neighboring steps that there are at most $points rows: then the one with the largest context.
-- merge:   all by step
-- Params:  $windows      as in steps.sql
--          $session_id
-- Columns: session_id, provider, step, context_tokens
--          steps           of the session
--          window_tokens   as in steps.sql; NULL: unknown
--          is_reset        one of these steps begins with a reset
WITH windows AS (
  SELECT unnest(from_json($windows::VARCHAR, '[{"provider": "VARCHAR", "model": "VARCHAR", "given_tokens": "BIGINT", "listed_tokens": "BIGINT"}]'), recursive := true)
), used AS (
  SELECT *, step + steps_after AS steps, coalesce(given_tokens, logged_window_tokens, listed_tokens) AS window_tokens
  FROM context_use
  JOIN windows USING (provider, model)
  WHERE session_id = $session_id
)
SELECT
  any_value(session_id) AS session_id,
  arg_min(provider, step) AS provider,
  any_value(steps) AS steps,
  arg_max(step, context_tokens * 1_000_000::HUGEINT - step) AS step,
  max(context_tokens) AS context_tokens,
  max(window_tokens) AS window_tokens,
  bool_or(reset IS NOT NULL) AS is_reset
FROM used
GROUP BY (step - 1) // ceil(steps / $points)::BIGINT
ORDER BY step
