-- uses: step_scopes
-- How long sessions lay still before user messages, as each scope sees it: the time since the event before, of whatever type,
-- step by step in file order and by time within a step. Like relation human_waits, but in whole milliseconds and scope by scope.
--
-- Grain:   one row per scope with a wait.
-- Columns: scope; waits (count of gaps > 0); wait_ms (sum); wait_p50_ms, wait_p90_ms (quantiles)
WITH events AS (
  SELECT scope, session_id, round_pk, event_index, event_type, epoch_us(timestamp) // 1000 AS ms
  FROM timing_events
  JOIN rounds USING (round_pk)
  JOIN step_scopes USING (round_pk)
  WHERE timestamp IS NOT NULL AND session_id IS NOT NULL
), gaps AS (
  SELECT scope, event_type, ms - lag(ms) OVER (PARTITION BY scope, session_id ORDER BY round_pk, ms, event_index) AS wait_ms
  FROM events
)
SELECT
  scope,
  count(*) AS waits,
  sum(wait_ms)::BIGINT AS wait_ms,
  quantile_cont(wait_ms, 0.5) AS wait_p50_ms,
  quantile_cont(wait_ms, 0.9) AS wait_p90_ms
FROM gaps
WHERE event_type = 'user_message' AND wait_ms > 0
GROUP BY scope
ORDER BY scope
