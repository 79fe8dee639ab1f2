-- Which models did the work?
-- One row per model: steps, tokens in and out,
-- and how much of the input came from the cache. Output counts that
-- were logged while the response was streaming are left out.
SELECT
  provider,
  model,
  count(*) AS steps,
  sum(input_tokens_total) AS input_tokens,
  sum(output_tokens) FILTER (output_is_final) AS output_tokens,
  round(sum(prefix_tokens) / sum(input_tokens_total), 3) AS cached_share
FROM rounds
GROUP BY provider, model
ORDER BY steps DESC, provider, model;
