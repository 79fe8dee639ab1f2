-- How long do people wait for an answer?
-- Requests by the number of steps that they took.
SELECT
  provider,
  least(steps, 20) AS steps_up_to_20,
  round(quantile_cont(response_us, 0.5) / 1e6, 1) AS median_wait_s,
  round(quantile_cont(response_us, 0.9) / 1e6, 1) AS p90_wait_s,
  count(*) AS requests
FROM requests
WHERE response_us > 0
GROUP BY provider, steps_up_to_20
ORDER BY provider, steps_up_to_20;
