-- uses: steps
-- Columns: step
--          input_tokens    the whole context
--          prefix_tokens   read from the cache
--          append_tokens   new
--          output_tokens   as logged
SELECT
  step,
  context_tokens AS input_tokens,
  prefix_tokens,
  append_tokens,
  output_tokens
FROM steps
WHERE session_id = if($session <> '', $session, (
  SELECT session_id FROM steps GROUP BY session_id ORDER BY count(*) DESC, session_id LIMIT 1
))
ORDER BY step
