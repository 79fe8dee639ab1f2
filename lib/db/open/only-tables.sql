-- What the database $database holds besides tables in the schema main. Listing columns would bind views, so this is asked first.
SELECT 'schema' AS kind, schema_name AS name FROM duckdb_schemas() WHERE database_name = $database AND schema_name <> 'main' AND NOT internal
UNION ALL
SELECT 'view', view_name FROM duckdb_views() WHERE database_name = $database AND NOT internal
UNION ALL
SELECT replace(function_type, '_', ' '), function_name FROM duckdb_functions() WHERE database_name = $database AND NOT internal
UNION ALL
SELECT 'type', type_name FROM duckdb_types() WHERE database_name = $database AND NOT internal
ORDER BY kind, name
LIMIT 1
