-- uses: step_rates, step_facts
-- Columns: provider
--          for_5m_tokens    written for 5 minutes
--          for_1h_tokens    written for an hour
--          unknown_tokens   of unknown lifetime
--          for_1h_share     of all tokens written
SELECT
  provider,
  sum(cache_write_5m_tokens) FILTER (lifetimes_logged)::BIGINT AS for_5m_tokens,
  sum(cache_write_1h_tokens)::BIGINT AS for_1h_tokens,
  sum(cache_write_5m_tokens) FILTER (NOT lifetimes_logged)::BIGINT AS unknown_tokens,
  for_1h_tokens / nullif(sum(cache_write_5m_tokens + cache_write_1h_tokens), 0) AS for_1h_share
FROM step_rates
JOIN step_facts USING (round_pk)
WHERE day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY provider
ORDER BY provider
