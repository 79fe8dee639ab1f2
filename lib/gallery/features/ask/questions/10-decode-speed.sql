-- Does a longer context make the model slower?
-- Steps of at least 50 output tokens (final counts only), by the size
-- of their input in steps of 20,000 tokens.
SELECT
  provider,
  input_tokens_total // 20000 * 20000 AS input_from_tokens,
  round(quantile_cont(output_tokens / (generation_us / 1e6), 0.5), 1) AS median_tokens_per_s,
  count(*) AS steps
FROM rounds
JOIN step_times USING (round_pk)
WHERE output_is_final AND output_tokens >= 50 AND generation_us > 0
GROUP BY provider, input_from_tokens
HAVING count(*) >= 10
ORDER BY provider, input_from_tokens;
