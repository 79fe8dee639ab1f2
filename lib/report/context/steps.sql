-- uses: context_deltas, context_parts, context_sources, steps, rent
-- The steps of a session: what each adds to the context and what that costs until it leaves.
--
-- Grain:   one row per step, in order.
-- Params:  $session   its id
-- Columns: as in context_deltas, and
--          first_us, last_us   epoch microseconds; NULL without times
--          input_nano          billed input; NULL without a price
--          rent_nano           cost of one token that enters here, to the end of the segment; NULL without a price
--          and those of context_sources
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
  driver,
  driver_tool,
  driver_tokens,
  clipped,
  context_deltas.ride_steps,
  input_nano::DOUBLE AS input_nano,
  context_parts.rent_nano,
  growth_nano,
  one_read_nano,
  context_sources.* EXCLUDE (round_pk)
FROM context_deltas
JOIN context_sources USING (round_pk)
JOIN context_parts USING (round_pk)
JOIN steps USING (round_pk)
JOIN rent USING (round_pk)
WHERE context_deltas.session_id = $session
ORDER BY context_deltas.step
