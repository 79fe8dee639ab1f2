-- uses: context_deltas, context_parts, steps, rent, logged_compactions
-- The steps of a session: what each adds to the context and what that costs until it leaves.
--
-- Grain:   one row per step, in order.
-- Params:  $session   its id
-- Columns: as in context_deltas, and
--          first_us, last_us   epoch microseconds; NULL without times
--          clears_results      a micro-compaction before the step, which clears results of tools only
--          input_nano          billed input; NULL without a price
--          rent_nano           cost of one token that enters here, to the end of the segment; NULL without a price
--          and tokens by source, as lib/trace/context.ts names them
SELECT
  context_deltas.step,
  context_deltas.request_no,
  model,
  first_us,
  last_us,
  context_deltas.segment,
  context_deltas.is_base,
  context_deltas.is_replayed,
  context_deltas.context_tokens,
  delta_tokens,
  freed_tokens,
  context_deltas.round_pk IN (SELECT round_pk FROM logged_compactions WHERE kind = 'micro_compact' AND round_pk IS NOT NULL) AS clears_results,
  driver,
  driver_tool,
  driver_tokens,
  clipped,
  context_deltas.ride_steps,
  input_nano::DOUBLE AS input_nano,
  context_parts.rent_nano,
  growth_nano,
  one_read_nano,
  if(context_deltas.segment = 0, context_deltas.base_tokens, 0) AS session_base,
  if(context_deltas.segment > 0, context_deltas.base_tokens, 0) AS after_reset,
  context_deltas.result_tokens AS tool_result,
  context_deltas.prior_output_tokens AS prior_output,
  context_deltas.user_tokens AS user_message,
  context_deltas.client_tokens AS client_message,
  context_deltas.unexplained_tokens AS unexplained
FROM context_deltas
JOIN context_parts USING (round_pk)
JOIN steps USING (round_pk)
JOIN rent USING (round_pk)
WHERE context_deltas.session_id = $session
ORDER BY context_deltas.step
