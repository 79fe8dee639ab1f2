-- uses: labels
-- merge: key(key)
-- Keys of the labels that the user gave to sessions; none without --labels.
--
-- Grain:   one row per key.
SELECT DISTINCT key
FROM labels
ORDER BY key
