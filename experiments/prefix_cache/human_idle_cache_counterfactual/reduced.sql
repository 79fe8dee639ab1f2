-- uses: kept_cache
-- What each step that appends less with the cache kept saves, and the gap before it.
--
-- Grain:   one row per step with moved tokens.
-- Inputs:  rounds, kept_cache
-- Columns: provider
--          saved_nano, gap_us   as in kept_cache
SELECT provider, saved_nano::DOUBLE AS saved_nano, gap_us
FROM rounds
JOIN kept_cache USING (round_pk)
WHERE moved_tokens > 0
