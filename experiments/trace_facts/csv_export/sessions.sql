-- uses: replay_steps
-- merge: all by first_seq
-- Sessions that can be replayed, in the order of their first step in the file.
--
-- Grain:      one row per session name with a step of the chosen provider.
-- Parameters: provider   steps of this provider only; NULL for all
--             clock      which tool latency to wait for: 'wall' or 'internal'
-- Columns:    session_id
--             first_seq               place of its first step in the file
--             provider                of the first step
--             steps                   steps with token counts
--             steps_without_tokens    steps without, which are not replayed
--             shrinks                 some step finds less in the cache than the steps before it left there
--             wait_ms                 summed tool waits of all steps but the last
--             calls, missing, invalid tool calls of these steps; those of unknown latency, and those of a negative one
WITH chosen AS (
  SELECT * FROM replay_steps WHERE $provider::VARCHAR IS NULL OR provider = $provider
), placed AS (
  SELECT
    *,
    CASE $clock WHEN 'wall' THEN wall_ms ELSE internal_ms END AS wait_ms,
    CASE $clock WHEN 'wall' THEN wall_missing ELSE internal_missing END AS missing,
    CASE $clock WHEN 'wall' THEN wall_invalid ELSE internal_invalid END AS invalid,
    lead(true, 1, false) OVER in_session AS has_next,
    lag(prefix_len + input_len + output_len) OVER in_session AS previous_len
  FROM chosen
  WHERE has_tokens
  WINDOW in_session AS (PARTITION BY session_id ORDER BY position_key, round_pk)
), replayed AS (
  SELECT
    session_id,
    count(*) AS steps,
    bool_or(coalesce(prefix_len < previous_len, false)) AS shrinks,
    sum(wait_ms) FILTER (has_next) AS wait_ms,
    sum(calls) FILTER (has_next) AS calls,
    sum(missing) FILTER (has_next) AS missing,
    sum(invalid) FILTER (has_next) AS invalid
  FROM placed
  GROUP BY session_id
), sessions AS (
  SELECT
    session_id,
    min(ingest_seq) AS first_seq,
    coalesce(nullif(arg_min(provider, ingest_seq), ''), '<unknown-provider>') AS provider,
    count(*) FILTER (NOT has_tokens) AS steps_without_tokens
  FROM chosen
  GROUP BY session_id
)
SELECT
  session_id,
  first_seq,
  provider,
  coalesce(steps, 0) AS steps,
  steps_without_tokens,
  coalesce(shrinks, false) AS shrinks,
  coalesce(wait_ms, 0)::BIGINT AS wait_ms,
  coalesce(calls, 0)::BIGINT AS calls,
  coalesce(missing, 0)::BIGINT AS missing,
  coalesce(invalid, 0)::BIGINT AS invalid
FROM sessions
LEFT JOIN replayed USING (session_id)
ORDER BY first_seq
