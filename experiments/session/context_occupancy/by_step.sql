-- uses: context_use
-- How full the window is at some steps of each session.
--
-- Grain:   one row per step with a known window whose number in its session is a power of the square root of 2, rounded.
-- Params:  $windows   as in steps.sql
-- Columns: provider, step   as in context_use
--          occupancy       context / window
WITH windows AS (
  SELECT unnest(from_json($windows::VARCHAR, '[{"provider": "VARCHAR", "model": "VARCHAR", "given_tokens": "BIGINT", "listed_tokens": "BIGINT"}]'), recursive := true)
)
SELECT provider, step, context_tokens / coalesce(given_tokens, logged_window_tokens, listed_tokens) AS occupancy
FROM context_use
JOIN windows USING (provider, model)
WHERE round(pow(2, round(2 * log2(step)) / 2)) = step
