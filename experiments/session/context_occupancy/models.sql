-- uses: context_use
-- Models of the steps, to look up their windows.
--
-- Grain:   one row per provider and model.
-- Columns: provider, model   as in context_use
-- merge: key(provider, model)
SELECT provider, model
FROM context_use
GROUP BY ALL
ORDER BY ALL
