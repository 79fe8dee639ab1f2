-- uses: step_times
-- merge: all by session_id, position, first_us NULLS LAST, round_pk
-- The agent steps of some sessions, in the order in which the sessions took them.
--
-- Grain:      one row per step of a session whose hash is among those given.
-- Inputs:     rounds, tool_calls, step_times
-- Parameters: $sessions            MD5 of the session ids in hexadecimal, separated by spaces
-- Columns:    session_id, round_pk
--             position             round_index; missing ones are last
--             prefix_tokens, append_tokens, output_tokens
--                                  tokens as DOUBLE (exact below 2^53, cheap to fetch); missing or negative counts are 0;
--                                  output_tokens is NULL when its count is not final
--             tool_calls           calls that the step emitted
--             has_user_message, has_tool_result, explicit_compaction
--             generation_us        observable generation time in microseconds, NULL when not measurable
--             first_us             earliest event, epoch microseconds, NULL when the step has no time
-- Order:      by session, then position, then time (missing last), then file order.
WITH chosen AS (
  SELECT DISTINCT session_id
  FROM rounds
  WHERE list_contains(string_split($sessions, ' '), md5(session_id))
), chosen_steps AS (
  SELECT rounds.*
  FROM rounds
  SEMI JOIN chosen USING (session_id)
), calls AS (
  SELECT round_pk, count(*) AS tool_calls
  FROM tool_calls
  SEMI JOIN chosen_steps USING (round_pk)
  GROUP BY round_pk
)
SELECT
  session_id,
  round_pk,
  coalesce(round_index, 1000000000) AS position,
  greatest(coalesce(prefix_tokens, 0), 0)::DOUBLE AS prefix_tokens,
  greatest(coalesce(newly_append_tokens, 0), 0)::DOUBLE AS append_tokens,
  CASE WHEN output_is_final THEN greatest(coalesce(output_tokens, 0), 0) END::DOUBLE AS output_tokens,
  coalesce(tool_calls, 0)::INTEGER AS tool_calls,
  has_user_message,
  has_tool_result,
  explicit_compaction,
  generation_us::DOUBLE AS generation_us,
  first_us::DOUBLE AS first_us
FROM chosen_steps
JOIN step_times USING (round_pk)
LEFT JOIN calls USING (round_pk)
ORDER BY session_id, position, step_times.first_us NULLS LAST, round_pk
