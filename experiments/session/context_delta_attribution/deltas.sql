-- uses: context_deltas
-- Steps whose context differs much from that of the step before, and all resets.
--
-- Grain:   one row per such step, the largest growth first.
-- Params:  $min_delta   smallest change, tokens
--          $relation    only steps of transcripts of this relation; NULL: all
-- merge:   all by delta_tokens DESC, session_id, step
SELECT
  provider,
  session_id,
  step,
  request_no,
  relation,
  agent_type,
  segment,
  is_replayed AS replayed,
  prior_context_tokens,
  context_tokens,
  delta_tokens,
  freed_tokens,
  base_tokens,
  round(prior_output_tokens, 3) AS prior_output_tokens,
  round(result_tokens, 3) AS tool_result_tokens,
  round(user_tokens, 3) AS user_message_tokens,
  round(client_tokens, 3) AS client_message_tokens,
  round(unexplained_tokens, 3) AS unexplained_tokens,
  driver,
  driver_tool,
  round(driver_tokens, 3) AS driver_tokens,
  clipped,
  ride_steps,
  round(growth_nano) / 1e9 AS rent_usd,
  round(one_read_nano) / 1e9 AS one_read_usd
FROM context_deltas
WHERE (abs(delta_tokens) >= $min_delta OR is_base AND segment > 0) AND ($relation::VARCHAR IS NULL OR relation = $relation)
ORDER BY delta_tokens DESC, session_id, step
