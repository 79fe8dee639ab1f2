-- uses: step_scopes
-- Agent steps of each provider and of each model.
--
-- Grain:   one row per scope, kind and name: providers by name, then models by falling count (ties by first appearance).
-- Columns: scope; kind (provider, model); name; steps
WITH named AS (
  SELECT scope, round_pk, unnest([{ kind: 'provider', name: provider }, { kind: 'model', name: model }], recursive := true)
  FROM step_scopes
  JOIN rounds USING (round_pk)
)
SELECT scope, kind, name, count(*) AS steps
FROM named
WHERE name IS NOT NULL
GROUP BY scope, kind, name
ORDER BY scope, kind DESC, CASE kind WHEN 'provider' THEN name END, steps DESC, min(round_pk)
