-- uses: session_traits
-- When sessions began, by provider and by what splits them.
--
-- Grain:   one row per session that meets all conditions, has a time and the trait.
-- Params:  $conditions   JSON list of {trait, op, value}, each of another trait or op; op is 'is', 'begins', 'from' (or later) or 'to' (earlier)
--          $needed       how many there are
--          $trait        such as 'model'
-- Columns: provider
--          value         of the trait
--          started_s     epoch seconds
WITH conditions AS (
  SELECT unnest(from_json($conditions::VARCHAR, '[{"trait": "VARCHAR", "op": "VARCHAR", "value": "VARCHAR"}]'), recursive := true)
), chosen AS (
  SELECT session_id
  FROM session_traits
  JOIN conditions USING (trait)
  WHERE CASE op
    WHEN 'is' THEN session_traits.value = conditions.value
    WHEN 'begins' THEN starts_with(session_traits.value, conditions.value)
    WHEN 'from' THEN session_traits.value >= conditions.value
    ELSE session_traits.value < conditions.value
  END
  GROUP BY session_id
  HAVING count(*) = $needed
)
SELECT provider.value AS provider, split.value AS value, epoch(started.value::TIMESTAMP) AS started_s
FROM chosen
JOIN session_traits AS provider ON provider.session_id = chosen.session_id AND provider.trait = 'provider'
JOIN session_traits AS started ON started.session_id = chosen.session_id AND started.trait = 'started'
JOIN session_traits AS split ON split.session_id = chosen.session_id AND split.trait = $trait
