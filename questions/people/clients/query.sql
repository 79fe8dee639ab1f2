-- Columns: provider
--          client_version   as logged
--          sessions         transcripts
--          first_day        in UTC
--          last_day
SELECT
  provider,
  coalesce(client_version, '<unknown-version>') AS client_version,
  count(*) AS sessions,
  strftime(min(first_at), '%Y-%m-%d') AS first_day,
  strftime(max(last_at), '%Y-%m-%d') AS last_day
FROM sessions
WHERE transcript_id IS NOT NULL AND provider GLOB $provider
GROUP BY ALL
ORDER BY provider, last_day DESC NULLS LAST, client_version
LIMIT $top
