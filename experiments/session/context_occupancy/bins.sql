-- uses: context_use
-- Steps by how full the window is, and whether a reset follows.
--
-- Grain:   one row per provider, model, window, what that is known from, and twentieth of the window.
-- Params:  $windows   as in steps.sql
-- Columns: provider, model
--          window_tokens, window_basis   as in steps.sql; steps whose window is unknown are left out
--          bin             whole twentieths of the window that the context takes; those beyond ten windows are one bin
--          steps
--          resets          steps that a reset follows
--          beyond          steps with more context than the window
-- merge: key(provider, model, window_tokens, window_basis, bin) sum(steps, resets, beyond)
WITH windows AS (
  SELECT unnest(from_json($windows::VARCHAR, '[{"provider": "VARCHAR", "model": "VARCHAR", "given_tokens": "BIGINT", "listed_tokens": "BIGINT"}]'), recursive := true)
), used AS (
  SELECT
    provider,
    model,
    coalesce(given_tokens, logged_window_tokens, listed_tokens) AS window_tokens,
    CASE
      WHEN given_tokens IS NOT NULL THEN 'given'
      WHEN logged_window_tokens IS NOT NULL THEN 'logged'
      ELSE 'listed'
    END AS window_basis,
    context_tokens,
    reset_next
  FROM context_use
  JOIN windows USING (provider, model)
)
SELECT
  provider,
  model,
  window_tokens,
  window_basis,
  least(20 * context_tokens // window_tokens, 200) AS bin,
  count(*) AS steps,
  count(*) FILTER (reset_next) AS resets,
  count(*) FILTER (context_tokens > window_tokens) AS beyond
FROM used
WHERE window_tokens IS NOT NULL
GROUP BY ALL
ORDER BY provider, model, window_tokens, window_basis, bin
