-- uses: silences
-- Silences that ended: the session went on.
--
-- Grain:   one row per silence of at least ten seconds.
-- Params:  $as_of_us   only those that ended by then
-- Columns: provider, silence_s
SELECT provider, (to_us - from_us) / 1e6 AS silence_s
FROM silences
WHERE to_us <= $as_of_us
