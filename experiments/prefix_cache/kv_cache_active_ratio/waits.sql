-- uses: step_times, tool_latencies, human_waits
-- Every span of a provider's sessions: generation, tool calls and pauses before user messages. Calls that overlap count separately.
-- Spans of equal length, of which there are many at the resolution of the clocks, are one row.
--
-- Grain:  one row per provider, kind and length above 0.
-- Inputs: rounds, step_times, tool_latencies, human_waits
--
--   provider   '<unknown-provider>' when missing
--   kind       'generation': from a step's last input before its output to its last output; 'tool': effective latency of a call;
--              'human': from the event before a user message to that message, in sessions that have an id
--   seconds    length of the spans
--   spans      number of these spans
WITH spans AS (
  SELECT provider, 'generation' AS kind, generation_us / 1e6 AS seconds
  FROM step_times
  JOIN rounds USING (round_pk)
  WHERE generation_us > 0
  UNION ALL
  SELECT provider, 'tool', effective_ms / 1e3
  FROM tool_latencies
  WHERE effective_ms > 0
  UNION ALL
  SELECT provider, 'human', wait_us / 1e6
  FROM human_waits
  WHERE session_id <> ''
), named AS (
  SELECT coalesce(provider, '<unknown-provider>') AS provider, kind, seconds
  FROM spans
)
SELECT provider, kind, seconds, count(*) AS spans
FROM named
WHERE provider <> 'all' -- in tables of this kind it means all providers together
GROUP BY provider, kind, seconds
