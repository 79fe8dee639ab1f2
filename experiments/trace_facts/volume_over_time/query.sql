-- uses: step_times, step_tools
-- merge: key(provider, day) sum(steps, sessions_started, input_tokens, output_steps, output_tokens, tool_calls) by day NULLS LAST, provider
-- What happened on each day: agent steps with their tokens and tool calls, and sessions that began.
--
-- Grain:   one row per provider and day, ordered by both; day is NULL (last) for steps without any usable time.
-- Columns: provider          '<unknown-provider>' when missing
--          day               days since 1970-01-01 in UTC, by the earliest event of the step; years 1 to 9999
--          steps             agent steps
--          sessions_started  named sessions whose earliest step of this provider is of that day; without a day: those that have
--                            no step with a time
--          input_tokens      sum of prefix + append; missing tokens count as 0
--          output_steps      steps whose output count is final
--          output_tokens     sum over these, reasoning included
--          tool_calls        calls of these steps
WITH steps AS (
  SELECT
    coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
    session_id,
    CASE WHEN first_us BETWEEN epoch_us(TIMESTAMP '0001-01-01') AND epoch_us(TIMESTAMP '9999-12-31') THEN first_us // 86400000000 END AS day,
    coalesce(prefix_tokens, 0) + coalesce(newly_append_tokens, 0) AS input_tokens,
    CASE WHEN output_is_final THEN coalesce(output_tokens, 0) END AS output_tokens,
    tool_calls
  FROM rounds
  JOIN step_times USING (round_pk)
  JOIN step_tools USING (round_pk)
), volumes AS (
  SELECT
    provider,
    day,
    count(*) AS steps,
    sum(input_tokens)::BIGINT AS input_tokens,
    count(output_tokens) AS output_steps,
    coalesce(sum(output_tokens), 0)::BIGINT AS output_tokens,
    sum(tool_calls)::BIGINT AS tool_calls
  FROM steps
  GROUP BY provider, day
), starts AS (
  SELECT provider, min(day) AS day
  FROM steps
  WHERE session_id IS NOT NULL
  GROUP BY provider, session_id
), started AS (
  SELECT provider, day, count(*) AS sessions_started
  FROM starts
  GROUP BY provider, day
)
SELECT
  v.provider,
  v.day,
  v.steps,
  coalesce(s.sessions_started, 0) AS sessions_started,
  v.input_tokens,
  v.output_steps,
  v.output_tokens,
  v.tool_calls
FROM volumes AS v
LEFT JOIN started AS s ON s.provider = v.provider AND s.day IS NOT DISTINCT FROM v.day
ORDER BY v.day NULLS LAST, v.provider
