-- uses: step_times, tool_latencies, human_waits
-- Every span of a provider's sessions: generation, tool calls and pauses of the human. Calls that run side by side count each.
--
-- Grain:  one row per span longer than 0, by provider, kind and length.
-- Inputs: rounds, step_times, tool_latencies, human_waits
--
--   provider   '<unknown-provider>' when it is missing; only those that generated. Claude and Codex first, the others by code points.
--   kind       'generation': from a step's last input before its output to its last output; 'tool': effective latency of a call;
--              'human': from the event before a user message to that message, in sessions that have an id
--   seconds    length of the span
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
), ranked AS (
  SELECT *, CASE provider WHEN 'claude' THEN 0 WHEN 'codex' THEN 1 ELSE 2 END AS rank
  FROM named
  WHERE provider <> 'all' -- stands for all providers together in tables of this kind
)
SELECT provider, kind, seconds
FROM ranked
SEMI JOIN (SELECT provider FROM ranked WHERE kind = 'generation') AS generating USING (provider)
ORDER BY rank, provider, kind, seconds
