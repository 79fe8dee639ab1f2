-- merge: key(name, provider) sum(offenders, looked_at) min(first_round_pk)
-- Whether tool calls and tool results match.
--
-- Grain:   one row per check and provider. A call and a result match if they have the same id within a session.
-- Inputs:  rounds, tool_calls, timing_events
-- Columns  name            the check
--          provider        `<unknown-provider>` when missing
--          offenders       rows that fail it
--          looked_at       rows that it applies to
--          first_round_pk  first step with a failing row; NULL when none fails
WITH steps AS (
  SELECT
    round_pk,
    coalesce(provider, '<unknown-provider>') AS provider,
    min(round_pk) OVER (PARTITION BY session_id) AS session_pk -- a number compares faster than a name
  FROM rounds
), calls AS (
  SELECT round_pk, provider, session_pk, tool_call_id, emitted_at, result_at, result_chars FROM tool_calls JOIN steps USING (round_pk)
), called AS (
  SELECT provider, session_pk, tool_call_id, count(*) AS call_count, min(round_pk) AS first_round_pk
  FROM calls
  WHERE tool_call_id IS NOT NULL
  GROUP BY provider, session_pk, tool_call_id
), results AS (
  SELECT round_pk, provider, called.call_count IS NULL AS has_no_call
  FROM timing_events
  JOIN steps USING (round_pk)
  LEFT JOIN called USING (provider, session_pk, tool_call_id)
  WHERE event_type = 'tool_result'
), tallies AS (
  SELECT
    provider,
    [
      {
        name: 'call_has_result',
        offenders: count(*) FILTER (result_at IS NULL AND result_chars IS NULL),
        looked_at: count(*),
        first_round_pk: min(round_pk) FILTER (result_at IS NULL AND result_chars IS NULL)
      },
      {
        name: 'result_after_call',
        offenders: count(*) FILTER (result_at < emitted_at),
        looked_at: count(*) FILTER (result_at IS NOT NULL AND emitted_at IS NOT NULL),
        first_round_pk: min(round_pk) FILTER (result_at < emitted_at)
      }
    ] AS checks
  FROM calls
  GROUP BY provider
  UNION ALL
  SELECT
    provider,
    [{
      name: 'result_has_call',
      offenders: count(*) FILTER (has_no_call),
      looked_at: count(*),
      first_round_pk: min(round_pk) FILTER (has_no_call)
    }]
  FROM results
  GROUP BY provider
  UNION ALL
  SELECT
    provider,
    [{
      name: 'tool_call_id_unique',
      offenders: sum(call_count - 1)::BIGINT,
      looked_at: sum(call_count)::BIGINT,
      first_round_pk: min(first_round_pk) FILTER (call_count > 1)
    }]
  FROM called
  GROUP BY provider
)
SELECT name, provider, offenders, looked_at, first_round_pk
FROM (SELECT provider, unnest(checks, recursive := true) FROM tallies)
ORDER BY name, provider
