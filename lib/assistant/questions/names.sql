-- uses: step_facts
-- Names that a question can be restricted to, each once.
--
-- Columns: kind, name
SELECT DISTINCT kind, name
FROM (UNPIVOT (SELECT provider AS providers, model AS models, project AS projects FROM step_facts) ON providers, models, projects INTO NAME kind VALUE name)
UNION ALL
SELECT DISTINCT 'tools', trim(tool_name) FROM tool_calls WHERE trim(tool_name) <> ''
ORDER BY ALL
