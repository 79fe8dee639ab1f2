-- uses: context_use, step_facts
-- Columns: session_id
--          provider
--          resets                   of the context
--          steps
--          largest_context_tokens
--          freed_tokens             by all resets
SELECT
  step_facts.session_id,
  step_facts.provider,
  count(reset) AS resets,
  count(*) AS steps,
  max(context_use.context_tokens) AS largest_context_tokens,
  sum(previous_context_tokens - context_use.context_tokens) FILTER (reset IS NOT NULL)::BIGINT AS freed_tokens
FROM context_use
JOIN step_facts USING (round_pk)
WHERE day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY step_facts.session_id, step_facts.provider
HAVING count(reset) > 0
ORDER BY resets DESC, steps DESC, step_facts.session_id
LIMIT $top
