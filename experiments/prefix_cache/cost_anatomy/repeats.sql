-- uses: cost_parts
-- merge: key(provider) sum(sessions, prompt_tokens, largest_prompt_tokens)
-- How much input repeats: of named sessions, all input and the largest of one step.
--
-- Grain:   one row per provider.
-- Params:  $month   only steps of this month, as 2026-01; NULL: all
-- Columns: provider, sessions, prompt_tokens, largest_prompt_tokens (the largest input of each session, added up)
WITH sessions AS (
  SELECT provider, session_id, sum(context_tokens) AS prompts, max(largest_context_tokens) AS largest
  FROM cost_parts
  WHERE session_id IS NOT NULL AND ($month::VARCHAR IS NULL OR month = $month)
  GROUP BY provider, session_id
)
SELECT provider, count(*) AS sessions, sum(prompts) AS prompt_tokens, sum(largest) AS largest_prompt_tokens
FROM sessions
GROUP BY provider
