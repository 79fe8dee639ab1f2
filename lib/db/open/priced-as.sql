-- What decides the rates of the steps of a pool.
SELECT DISTINCT provider, model, speed, service_tier
FROM rounds LEFT JOIN round_details USING (round_pk)
ORDER BY ALL
