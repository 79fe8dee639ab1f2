-- uses: context_use
-- How full the window becomes in each session.
--
-- Grain:   one row per session with a known window.
-- Params:  $windows   as in steps.sql
-- Columns: provider      of the fullest step
--          peak          largest occupancy
--          summed        contexts of all steps, added up, in windows: what agent-strace takes for occupancy
WITH windows AS (
  SELECT unnest(from_json($windows::VARCHAR, '[{"provider": "VARCHAR", "model": "VARCHAR", "given_tokens": "BIGINT", "listed_tokens": "BIGINT"}]'), recursive := true)
)
SELECT
  provider,
  max(context_tokens / coalesce(given_tokens, logged_window_tokens, listed_tokens)) AS peak,
  sum(context_tokens)::DOUBLE / max(coalesce(given_tokens, logged_window_tokens, listed_tokens)) AS summed
FROM context_use
JOIN windows USING (provider, model)
GROUP BY provider, session_id
HAVING peak IS NOT NULL
