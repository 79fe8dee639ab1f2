-- Which sessions took the most steps?
-- The twenty longest, with the largest input that they reached
-- and the output of steps whose output count is final.
SELECT
  session_id,
  any_value(provider) AS provider,
  count(*) AS steps,
  max(input_tokens_total) AS largest_input_tokens,
  sum(output_tokens) FILTER (output_is_final) AS output_tokens
FROM rounds
WHERE session_id IS NOT NULL
GROUP BY session_id
ORDER BY steps DESC, session_id
LIMIT 20;
