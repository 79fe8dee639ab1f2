-- Every span of a provider's sessions: generation, tool calls and pauses before user messages.
--
-- Grain:   one row per provider, kind and length above 0, by these; only providers with generation. Claude and Codex first, the others
--          by code point.
-- Columns: as in waits.sql
SELECT provider, kind, seconds, sum(spans) AS spans
FROM parts
SEMI JOIN (SELECT provider FROM parts WHERE kind = 'generation') AS generating USING (provider)
GROUP BY provider, kind, seconds
ORDER BY CASE provider WHEN 'claude' THEN 0 WHEN 'codex' THEN 1 ELSE 2 END, provider, kind, seconds
