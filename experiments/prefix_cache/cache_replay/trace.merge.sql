-- How many steps take no part, and the files of Claude's steps.
--
-- Grain:   exactly one row.
-- Columns: as in trace.sql; files in the order of code points
SELECT sum(without_identity) AS without_identity, list_sort(list_distinct(flatten(list(claude_source_files)))) AS claude_source_files
FROM parts
