-- uses: replay_requests
-- Requests that can be replayed.
--
-- Parameters: $order is 'time' or 'conversation', $from and $to the first place and the one after the last; $model is NULL for all
WITH placed AS (
  SELECT *, if($order = 'time', time_place, conversation_place) AS place FROM replay_requests WHERE left_out IS NULL
)
SELECT
  session_id AS session,
  CASE WHEN relation IN ('fork', 'resume') THEN parent_session_id END AS parent,
  coalesce(relation, 'root') AS relation,
  provider,
  model,
  conversation_no AS conversation,
  start_us::DOUBLE AS start_us,
  end_us::DOUBLE AS end_us,
  prefix_tokens AS prefix,
  input_tokens AS input,
  output_tokens AS output,
  output_is_final
FROM placed
WHERE place >= $from AND place < $to AND ($model::VARCHAR IS NULL OR model = $model)
ORDER BY place
