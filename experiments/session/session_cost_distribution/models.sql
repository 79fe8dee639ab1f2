-- The models of the pool, each with the provider that served it: what a price is looked up for.
--
-- Grain:   one row per provider and model, missing ones included, in order of first appearance in the trace.
-- Inputs:  rounds
-- Columns: model_key    first round_pk with the two
--          provider, model
--          steps        agent steps
SELECT min(round_pk) AS model_key, provider, model, count(*) AS steps
FROM rounds
GROUP BY provider, model
ORDER BY model_key
