-- uses: kept_cache, step_cost
-- What each step would save if the cache had outlived every pause.
--
-- Grain:   one row per step.
-- Inputs:  rounds, kept_cache, step_cost
-- Columns: provider, session_id
--          append_tokens, moved_tokens   as observed, and what less it appends; as in kept_cache
--          cost_nano, saved_nano         as observed, and what less it costs; NULL without a price
SELECT
  provider,
  session_id,
  append_tokens::DOUBLE AS append_tokens,
  moved_tokens::DOUBLE AS moved_tokens,
  cost_nano::DOUBLE AS cost_nano,
  (cost_nano - kept_nano)::DOUBLE AS saved_nano
FROM rounds
JOIN kept_cache USING (round_pk)
JOIN step_cost USING (round_pk)
