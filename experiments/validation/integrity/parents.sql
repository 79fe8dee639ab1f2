-- merge: key(name, provider) sum(offenders, looked_at) min(first_round_pk)
-- Whether each row of a child table belongs to a step.
--
-- Grain:   one row per child table that has rows, as a check, and provider of the step.
-- Inputs:  rounds, tool_calls, timing_events, round_details
-- Columns  name            the check
--          provider        `<unknown-provider>` when missing
--          offenders       rows that fail it
--          looked_at       rows that it applies to
--          first_round_pk  first step with a failing row; NULL when none fails
WITH children AS (
  SELECT 'tool_call_has_step' AS name, round_pk, count(*) AS row_count FROM tool_calls GROUP BY round_pk
  UNION ALL
  SELECT 'event_has_step', round_pk, count(*) FROM timing_events GROUP BY round_pk
  UNION ALL
  SELECT 'details_have_step', round_pk, count(*) FROM round_details GROUP BY round_pk
)
SELECT
  name,
  coalesce(provider, '<unknown-provider>') AS provider,
  coalesce(sum(row_count) FILTER (parents.round_pk IS NULL), 0) AS offenders,
  sum(row_count) AS looked_at,
  min(children.round_pk) FILTER (parents.round_pk IS NULL) AS first_round_pk
FROM children
LEFT JOIN (SELECT round_pk, any_value(provider) AS provider FROM rounds GROUP BY round_pk) AS parents USING (round_pk)
GROUP BY ALL
ORDER BY name, provider
