-- What did each project cost by month?
-- At the prices of this run: 1,000,000,000 nano-dollars are a dollar.
-- Steps without a price are counted, but cost nothing here.
SELECT
  strftime(make_timestamp(response_us), '%Y-%m') AS month,
  project,
  round(sum(cost_nano) / 1e9, 2) AS cost_usd,
  count(*) AS steps,
  count_if(cost_nano IS NULL) AS unpriced_steps
FROM dated_steps
JOIN step_cost USING (round_pk)
GROUP BY month, project
ORDER BY month, cost_usd DESC NULLS LAST, project;
