-- The label of each agent step in each way of grouping.
--
-- Grain:   one row per step and way of grouping
-- Inputs:  rounds
-- Columns: round_pk
--          group_by    provider, model, provider_model
--          label       the name as recorded, an empty one too; <unknown-provider>, <unknown-model> where there is none;
--                      provider_model joins the two with a colon
WITH named AS (
  SELECT
    round_pk,
    coalesce(provider, '<unknown-provider>') AS provider,
    coalesce(model, '<unknown-model>') AS model
  FROM rounds
)
SELECT round_pk, 'provider' AS group_by, provider AS label FROM named
UNION ALL
SELECT round_pk, 'model', model FROM named
UNION ALL
SELECT round_pk, 'provider_model', provider || ':' || model FROM named
