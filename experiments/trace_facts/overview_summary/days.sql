-- uses: step_times
-- Agent steps per day of each provider, for the figure.
--
-- Grain:   one row per provider and day (UTC, by the earliest event of the step), ordered by both; steps without a time are left out.
-- Columns: provider ('<unknown-provider>' when missing); day (days since 1970-01-01); steps
SELECT coalesce(nullif(provider, ''), '<unknown-provider>') AS provider, first_us // 86400000000 AS day, count(*) AS steps
FROM rounds
JOIN step_times USING (round_pk)
WHERE first_us IS NOT NULL
GROUP BY ALL
ORDER BY provider, day
