-- The scopes of headline numbers: all steps together, and those of each provider by itself. A session that two providers
-- share is cut: each provider's scope sees its own steps only.
--
-- Grain:  one row per scope and step: every step in `merged`, and again in the scope named like its provider.
-- Inputs: rounds
--
--   scope      'merged', or a provider's name as it is; a provider that is called 'merged' has no scope of its own
--   round_pk   the step
SELECT 'merged' AS scope, round_pk FROM rounds
UNION ALL
SELECT provider AS scope, round_pk FROM rounds WHERE provider <> 'merged'
