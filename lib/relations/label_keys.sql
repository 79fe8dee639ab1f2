-- uses: labels
-- scope: pool
-- Keys of the labels that the user gave to sessions; none without `--labels`.
--
-- Grain:  one row per key (`key`, unique).
--
--   key   as in `labels`
SELECT DISTINCT key FROM labels
