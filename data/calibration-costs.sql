-- Tokens by model: what costs are made of.
--
-- Grain:  one row per provider and model.
-- Inputs: rounds
--
-- Columns: provider, model; steps; sums of tokens: prefix, append, cacheWrite (part of append, 0 where none is reported), output
SELECT
  provider,
  model,
  count(*) AS steps,
  sum(prefix_tokens)::BIGINT AS prefix,
  sum(newly_append_tokens)::BIGINT AS append,
  coalesce(sum(least(claude_cache_creation_input_tokens, newly_append_tokens)), 0)::BIGINT AS "cacheWrite",
  sum(output_tokens)::BIGINT AS output
FROM rounds
GROUP BY provider, model
ORDER BY provider, model
