-- uses: steps, step_cost
-- Steps before the first request of their session, which belong to none.
--
-- merge: key() sum(steps, outside_steps, nano, outside_nano)
-- Grain: one row, over all steps of named sessions; nano-dollars
SELECT
  count(*) AS steps,
  count(*) FILTER (request_no = 0) AS outside_steps,
  coalesce(sum(cost_nano), 0)::BIGINT AS nano,
  coalesce(sum(cost_nano) FILTER (request_no = 0), 0)::BIGINT AS outside_nano
FROM steps
JOIN step_cost USING (round_pk)
