-- uses: context_use
-- Context of each step, and the window around it.
--
-- Grain:   one row per step.
-- Params:  $windows   the rows of models.sql, each with the window that flags give and the one that is listed for the model; NULL: none
-- Columns: provider, model, context_tokens   as in context_use
--          window_tokens   given by a flag, else logged, else listed; NULL: unknown
--          window_basis    which of the three; NULL: unknown
WITH windows AS (
  SELECT unnest(from_json($windows::VARCHAR, '[{"provider": "VARCHAR", "model": "VARCHAR", "given_tokens": "BIGINT", "listed_tokens": "BIGINT"}]'), recursive := true)
)
SELECT
  provider,
  model,
  context_tokens,
  coalesce(given_tokens, logged_window_tokens, listed_tokens) AS window_tokens,
  CASE
    WHEN given_tokens IS NOT NULL THEN 'given'
    WHEN logged_window_tokens IS NOT NULL THEN 'logged'
    WHEN listed_tokens IS NOT NULL THEN 'listed'
  END AS window_basis
FROM context_use
JOIN windows USING (provider, model)
