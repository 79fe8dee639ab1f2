-- merge: key(scope, user)
-- The users of each scope.
--
-- Grain:   one row per scope and user, by both.
-- Columns: scope (see query.sql); user
SELECT scope, "user"
FROM (
  SELECT DISTINCT 'merged' AS scope, "user" FROM rounds
  UNION ALL
  SELECT DISTINCT provider, "user" FROM rounds WHERE provider <> 'merged'
)
WHERE "user" IS NOT NULL
ORDER BY ALL
