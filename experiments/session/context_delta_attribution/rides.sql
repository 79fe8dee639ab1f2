-- uses: context_deltas
-- For how many later steps a growth stays in the context.
--
-- Grain:   one row per step whose context is larger than that of the step before, resets left out.
-- Params:  $relation   only steps of transcripts of this relation; NULL: all
-- Columns: provider, ride_steps
SELECT provider, ride_steps
FROM context_deltas
WHERE NOT is_base AND grown_tokens > 0 AND ($relation::VARCHAR IS NULL OR relation = $relation)
