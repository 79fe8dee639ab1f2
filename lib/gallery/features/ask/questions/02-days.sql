-- How much happened on each day?
-- One row per day (UTC) and provider; only final output counts.
SELECT
  make_timestamp(first_us)::DATE AS day,
  provider,
  count(*) AS steps,
  sum(output_tokens) FILTER (output_is_final) AS output_tokens
FROM rounds
JOIN step_times USING (round_pk)
WHERE first_us IS NOT NULL
GROUP BY day, provider
ORDER BY day, provider;
