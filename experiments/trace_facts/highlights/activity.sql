-- uses: dated_steps, step_cost, steps, tool_latencies
-- merge: key(day, hour) sum(steps, requests, errors, cost_nano, unpriced_steps)
-- What was done in each hour.
--
-- Grain:   one row per day and hour in UTC with a step, and one for steps without a time; replayed history is left out.
-- Inputs:  rounds, the relations above
-- Columns: day               days since 1970-01-01, years 1 to 9999, by the answer of the step as in dated_steps; NULL without a time
--          hour              0 to 23; NULL likewise
--          steps, requests   agent steps, and those that open a request
--          errors            tool calls of these steps that failed
--          cost_nano, unpriced_steps   nano-dollars of the steps with a price, and how many have none
WITH failed AS (
  SELECT round_pk, count(*) AS errors
  FROM tool_latencies
  WHERE is_error
  GROUP BY round_pk
), opened AS (
  SELECT round_pk, request_no IS DISTINCT FROM lag(request_no) OVER (PARTITION BY session_pk ORDER BY round_pk) AND request_no > 0 AS opens
  FROM steps
)
SELECT
  if(response_us BETWEEN epoch_us(TIMESTAMP '0001-01-01') AND epoch_us(TIMESTAMP '9999-12-31'), floor(response_us / 86400000000)::BIGINT, NULL) AS day,
  if(day IS NULL, NULL, (response_us - day * 86400000000) // 3600000000) AS hour,
  count(*) AS steps,
  count(*) FILTER (opens) AS requests,
  coalesce(sum(errors), 0)::BIGINT AS errors,
  coalesce(sum(cost_nano), 0) AS cost_nano,
  count(*) FILTER (cost_nano IS NULL) AS unpriced_steps
FROM rounds
JOIN dated_steps USING (round_pk)
JOIN step_cost USING (round_pk)
LEFT JOIN opened USING (round_pk)
LEFT JOIN failed USING (round_pk)
WHERE NOT is_replayed
GROUP BY ALL
ORDER BY day NULLS FIRST, hour NULLS FIRST
