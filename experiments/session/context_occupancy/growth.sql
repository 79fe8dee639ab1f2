-- uses: context_use
-- How fast contexts grow.
--
-- Grain:   one row per step with a larger context than the step of its session before it.
-- Columns: provider
--          growth    tokens by which it is larger
SELECT provider, context_tokens - previous_context_tokens AS growth
FROM context_use
WHERE context_tokens > previous_context_tokens
