-- uses: steps
-- merge: key(provider, model) sum(requests)
-- Requests, with calls or without.
--
-- Grain:   one row per provider and model.
-- Columns: model      of the step that opens it
--          requests
SELECT provider, model, count(request_us) AS requests
FROM steps
GROUP BY provider, model
ORDER BY provider, model
