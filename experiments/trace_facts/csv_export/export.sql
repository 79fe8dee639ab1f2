-- uses: replay_steps
-- merge: all by id, round_idx
-- The workload: every step of the emitted sessions, in the columns that simulators of multi-round serving read.
--
-- Grain:      one row per step, ordered by id and round_idx.
-- Parameters: emitted    JSON list of { session_id, arrival_time }; the position is the id
--             provider   steps of this provider only; NULL for all
--             clock      the tool latency to wait for: 'wall' or 'internal'
-- Columns:    id, round_idx             index of the session in the workload and of the step in it, from 0
--             input_len, output_len     new input and output tokens, at least 1
--             prefix_len                cached input tokens
--             arrival_time              when the session arrives, ms
--             tool_wait_after_ms        how long the step's tools take, ms; 0 for the last step
WITH emitted AS (
  SELECT unnest(range(len(list))) AS id, unnest(list, recursive := true)
  FROM (SELECT from_json($emitted, '[{"session_id": "VARCHAR", "arrival_time": "VARCHAR"}]') AS list)
), placed AS (
  SELECT
    id,
    input_len,
    output_len,
    arrival_time,
    row_number() OVER in_session - 1 AS round_idx,
    lead(true, 1, false) OVER in_session AS has_next,
    CASE $clock WHEN 'wall' THEN wall_ms ELSE internal_ms END AS wait_ms,
    prefix_len
  FROM replay_steps
  JOIN emitted USING (session_id)
  WHERE has_tokens AND ($provider::VARCHAR IS NULL OR provider = $provider)
  WINDOW in_session AS (PARTITION BY id ORDER BY position_key, round_pk)
)
SELECT
  id,
  input_len,
  output_len,
  arrival_time,
  round_idx,
  CASE WHEN has_next THEN wait_ms ELSE 0 END || '.000000' AS tool_wait_after_ms, -- whole milliseconds, six decimals for its readers
  prefix_len
FROM placed
ORDER BY id, round_idx
