-- uses: tool_latencies
-- Agent steps as serving simulators replay them: token shapes, and how long the tools that a step calls take.
--
-- Grain:  one row per step of a named session; the empty name is none (`round_pk`, unique).
--
--   round_pk, provider, session_id   the step
--   ingest_seq                       its place in the file
--   position_key                     round_index, or round_pk without one: orders the steps of a session, ties by round_pk
--   has_tokens                       all three token counts are known; without, there is nothing to replay
--   input_len, output_len            new input and output tokens, at least 1
--   prefix_len                       cached input tokens, at least 0
--   calls                            tool calls
--   wall_ms, internal_ms             sum of the calls' latencies that are not negative, by the two clocks; 0 for none
--   wall_missing, wall_invalid       calls without a wall latency, with a negative one; the same for internal
WITH waits AS (
  SELECT
    round_pk,
    count(*) AS calls,
    sum(wall_ms) FILTER (wall_ms >= 0) AS wall_ms,
    sum(internal_ms) FILTER (internal_ms >= 0) AS internal_ms,
    count(*) FILTER (wall_ms IS NULL) AS wall_missing,
    count(*) FILTER (wall_ms < 0) AS wall_invalid,
    count(*) FILTER (internal_ms IS NULL) AS internal_missing,
    count(*) FILTER (internal_ms < 0) AS internal_invalid
  FROM tool_latencies
  GROUP BY round_pk
)
SELECT
  round_pk,
  provider,
  session_id,
  ingest_seq,
  coalesce(round_index, round_pk) AS position_key,
  prefix_tokens IS NOT NULL AND newly_append_tokens IS NOT NULL AND output_tokens IS NOT NULL AS has_tokens,
  greatest(newly_append_tokens, 1) AS input_len,
  greatest(output_tokens, 1) AS output_len,
  greatest(prefix_tokens, 0) AS prefix_len,
  coalesce(calls, 0) AS calls,
  coalesce(COLUMNS(['wall_ms', 'internal_ms', 'wall_missing', 'wall_invalid', 'internal_missing', 'internal_invalid']), 0)::BIGINT
FROM rounds
LEFT JOIN waits USING (round_pk)
WHERE session_id <> ''
