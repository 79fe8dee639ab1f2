-- How does the context of one session grow?
-- Every step of the longest session in its order.
SELECT
  row_number() OVER (ORDER BY round_index, round_pk) AS step,
  prefix_tokens + newly_append_tokens AS input_tokens,
  prefix_tokens,
  newly_append_tokens AS append_tokens,
  if(output_is_final, output_tokens, NULL) AS output_tokens
FROM rounds
WHERE session_id = (
  SELECT session_id
  FROM rounds
  WHERE session_id IS NOT NULL
  GROUP BY session_id
  ORDER BY count(*) DESC, session_id
  LIMIT 1
)
ORDER BY step;
