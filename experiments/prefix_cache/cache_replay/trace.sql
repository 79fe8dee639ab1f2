-- How many steps take no part, and the files of Claude's steps.
--
-- Grain:  exactly one row.
-- Inputs: rounds
--
--   without_identity      steps of other providers or without session or round index
--   claude_source_files   distinct session files of the Claude steps that take part
WITH steps AS (
  SELECT
    provider,
    session_file,
    coalesce(provider IN ('claude', 'codex') AND session_id IS NOT NULL AND round_index IS NOT NULL, false) AS has_identity
  FROM rounds
)
SELECT
  count(*) FILTER (NOT has_identity) AS without_identity,
  coalesce(list(DISTINCT session_file) FILTER (has_identity AND provider = 'claude' AND session_file <> ''), []) AS claude_source_files
FROM steps
