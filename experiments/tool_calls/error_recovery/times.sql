-- uses: failure_episodes
-- Times and lengths of the episodes that ended with a recovery.
--
-- Grain:   one row per recovered episode.
-- Columns: part           'failed' for errors, denials and polls together, else 'empty search'
--          seconds        from the failed result to the call that worked
--          agent_seconds  the same without waits for a person
SELECT
  provider,
  tool,
  kind,
  if(kind = 'empty search', kind, 'failed') AS part,
  steps_to_recovery AS steps,
  to_recovery_us / 1e6 AS seconds,
  agent_us / 1e6 AS agent_seconds
FROM failure_episodes
WHERE outcome = 'recovered'
