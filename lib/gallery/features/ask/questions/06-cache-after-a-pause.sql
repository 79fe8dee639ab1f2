-- When is the cache gone?
-- Steps by how long the session was idle before them,
-- and how much of their input was still cached.
SELECT
  CASE
    WHEN idle_us < 60e6 THEN '1: below 1 min'
    WHEN idle_us < 300e6 THEN '2: 1 to 5 min'
    WHEN idle_us < 3600e6 THEN '3: 5 min to 1 h'
    ELSE '4: 1 h and more'
  END AS idle,
  step_idle.provider,
  round(sum(prefix_tokens) / sum(input_tokens_total), 3) AS cached_share,
  count(*) AS steps
FROM step_idle
JOIN rounds USING (round_pk)
WHERE idle_us >= 0 AND input_tokens_total > 0
GROUP BY idle, step_idle.provider
ORDER BY idle, step_idle.provider;
