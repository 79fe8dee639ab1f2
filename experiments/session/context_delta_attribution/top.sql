-- uses: context_deltas
-- The steps that added most to a context, or the resets at which most left it.
--
-- Grain:   one row per step.
-- Params:  $kind       growth or reset
--          $relation   only steps of transcripts of this relation; NULL: all
--          $most       rows
-- merge:   top $most by tokens DESC, session_id, step
-- Columns: provider, session_id, step
--          tokens       added, or freed
--          driver, driver_tool, ride_steps   as in context_deltas
--          growth_nano  what the added tokens, or at a reset the new context, cost until they leave; NULL without a price
SELECT
  provider,
  session_id,
  step,
  if($kind = 'growth', delta_tokens, freed_tokens) AS tokens,
  driver,
  driver_tool,
  ride_steps,
  round(growth_nano) AS growth_nano
FROM context_deltas
WHERE
  CASE $kind WHEN 'growth' THEN NOT is_base AND delta_tokens > 0 ELSE is_base AND segment > 0 END
  AND ($relation::VARCHAR IS NULL OR relation = $relation)
ORDER BY tokens DESC, session_id, step
LIMIT $most
