-- What of the tables in $tables (separated by commas; NULL for all) would be computed when they are read, instead of being stored.
WITH found AS (
  SELECT
    'column ' || column_name AS what,
    table_name AS "table",
    CASE WHEN column_default IS NOT NULL THEN 'computed: ' || column_default ELSE 'named like the position of a row' END AS found
  FROM duckdb_columns()
  WHERE database_name = $database AND (column_default IS NOT NULL OR lower(column_name) = 'rowid')
  UNION ALL
  SELECT 'constraint ' || constraint_name, table_name, 'computed: ' || constraint_text
  FROM duckdb_constraints()
  WHERE database_name = $database AND constraint_type = 'CHECK'
  UNION ALL
  SELECT 'index ' || index_name, table_name, 'computed: ' || expressions
  FROM duckdb_indexes()
  WHERE database_name = $database AND expressions LIKE '%(%'
)
FROM found
WHERE $tables IS NULL OR list_contains(string_split($tables, ','), "table")
ORDER BY "table", what
LIMIT 1
