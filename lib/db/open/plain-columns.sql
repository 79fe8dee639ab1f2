-- What of the tables in $tables (separated by commas; NULL for all) would be computed when they are read, instead of being stored.
WITH of_interest AS (
  SELECT table_name FROM duckdb_tables()
  WHERE database_name = $database AND ($tables IS NULL OR list_contains(string_split($tables, ','), table_name))
)
SELECT 'column ' || column_name AS what, table_name AS "table", 'computed: ' || column_default AS found
FROM duckdb_columns() JOIN of_interest USING (table_name)
WHERE database_name = $database AND column_default IS NOT NULL
UNION ALL
SELECT 'column ' || column_name, table_name, 'named like the position of a row'
FROM duckdb_columns() JOIN of_interest USING (table_name)
WHERE database_name = $database AND lower(column_name) = 'rowid'
UNION ALL
SELECT 'constraint ' || constraint_name, table_name, 'computed: ' || constraint_text
FROM duckdb_constraints() JOIN of_interest USING (table_name)
WHERE database_name = $database AND constraint_type = 'CHECK'
UNION ALL
SELECT 'index ' || index_name, table_name, 'computed: ' || expressions
FROM duckdb_indexes() JOIN of_interest USING (table_name)
WHERE database_name = $database AND expressions LIKE '%(%'
ORDER BY "table", what
LIMIT 1
