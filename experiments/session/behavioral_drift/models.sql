-- uses: steps
-- merge: key(provider, model)
-- Models whose window must be known.
--
-- Grain:   one row per provider and model.
SELECT DISTINCT provider, model
FROM steps
ORDER BY provider, model
