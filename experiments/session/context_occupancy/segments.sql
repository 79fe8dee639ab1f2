-- uses: context_use
-- How full the window becomes between two resets of the context.
--
-- Grain:   one row per provider, window and twentieth of the window that is the fullest of a segment. A segment is what is between the
--          start, the resets and the end of a session; where the window changes in it, each window has one.
-- Params:  $windows   as in steps.sql
-- Columns: provider, window_tokens, bin   as in bins.sql
--          segments        fullest in this bin
--          resets          those that a reset ended
-- merge: key(provider, window_tokens, bin) sum(segments, resets)
WITH windows AS (
  SELECT unnest(from_json($windows::VARCHAR, '[{"provider": "VARCHAR", "model": "VARCHAR", "given_tokens": "BIGINT", "listed_tokens": "BIGINT"}]'), recursive := true)
), segments AS (
  SELECT
    provider,
    coalesce(given_tokens, logged_window_tokens, listed_tokens) AS window_tokens,
    max(context_tokens) AS peak_tokens,
    bool_or(reset_next) AS is_reset
  FROM context_use
  JOIN windows USING (provider, model)
  GROUP BY provider, session_id, segment, window_tokens
)
SELECT
  provider,
  window_tokens,
  least(20 * peak_tokens // window_tokens, 200) AS bin,
  count(*) AS segments,
  count(*) FILTER (is_reset) AS resets
FROM segments
WHERE window_tokens IS NOT NULL
GROUP BY ALL
ORDER BY provider, window_tokens, bin
