-- uses: step_times
-- Every agent step that belongs to a session, in the order in which the session took its steps.
--
-- Grain:   one row per step of a named session, sessions in order of first appearance in the trace.
-- Inputs:  rounds, tool_calls, step_times
-- Columns: session_key          first round_pk of the session, its key in sessions.sql
--          prefix_tokens, append_tokens, output_tokens
--                               tokens as DOUBLE (exact below 2^53, cheap to fetch); missing or negative counts are 0;
--                               output_tokens is NULL when its count is not final
--          tool_calls           calls that the step emitted
--          has_user_message, has_tool_result, explicit_compaction
--          generation_us        observable generation time in microseconds, NULL when not measurable
--          first_us             earliest event, epoch microseconds, NULL when the step has no time
-- Order:   round_index (missing ones last), then time (missing last), then file order.
WITH calls AS (
  SELECT round_pk, count(*) AS tool_calls
  FROM tool_calls
  GROUP BY round_pk
), session_steps AS (
  SELECT
    round_pk,
    coalesce(round_index, 1000000000) AS step_position,
    min(round_pk) OVER (PARTITION BY session_id) AS session_key,
    greatest(coalesce(prefix_tokens, 0), 0) AS prefix_tokens,
    greatest(coalesce(newly_append_tokens, 0), 0) AS append_tokens,
    CASE WHEN output_is_final THEN greatest(coalesce(output_tokens, 0), 0) END AS output_tokens
  FROM rounds
  WHERE session_id <> '' -- a step without a session is in no sequence
)
SELECT
  session_key::DOUBLE AS session_key,
  prefix_tokens::DOUBLE AS prefix_tokens,
  append_tokens::DOUBLE AS append_tokens,
  output_tokens::DOUBLE AS output_tokens,
  coalesce(tool_calls, 0)::INTEGER AS tool_calls,
  has_user_message,
  has_tool_result,
  explicit_compaction,
  generation_us::DOUBLE AS generation_us,
  first_us::DOUBLE AS first_us
FROM session_steps
JOIN step_times USING (round_pk)
LEFT JOIN calls USING (round_pk)
ORDER BY session_steps.session_key, step_position, step_times.first_us NULLS LAST, round_pk
