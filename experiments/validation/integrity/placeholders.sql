-- scope: pool (the transcript of a step may be one of another session)
-- Output counts that were logged while the response was still streaming, by the client that wrote the transcript.
--
-- Grain:   one row per provider and client version for which it is recorded whether output counts are final.
-- Inputs:  rounds, round_details, sessions
-- Columns  provider, client_version   versions of one transcript are separated by a space; `unknown` when none is logged
--          steps                      steps for which it is recorded
--          placeholder_steps          those whose output count is not final
SELECT
  coalesce(rounds.provider, '<unknown-provider>') AS provider,
  coalesce(client_version, 'unknown') AS client_version,
  count(*) AS steps,
  count(*) FILTER (output_is_placeholder) AS placeholder_steps
FROM round_details
JOIN rounds USING (round_pk)
LEFT JOIN (SELECT transcript_id, any_value(client_version) AS client_version FROM sessions GROUP BY transcript_id) USING (transcript_id)
WHERE output_is_placeholder IS NOT NULL
GROUP BY ALL
ORDER BY provider, client_version
