-- uses: session_metrics
-- merge: key(provider, metric, value) sum(below, equal, sessions)
-- Where some values are among those of all sessions of their provider.
--
-- Grain:   one row per value.
-- Params:  $values   JSON: a list of {provider, metric, value}, with metrics as in session_metrics
-- Columns: provider, metric, value
--          below, equal, sessions   sessions of the provider with less, with as much, and with any value
WITH metrics AS (
  UNPIVOT (
    SELECT provider, COLUMNS(* EXCLUDE (session_id, provider, models, from_us, unpriced_steps, prefix_tokens, context_tokens))::DOUBLE AS "\0"
    FROM session_metrics
  )
  ON COLUMNS(* EXCLUDE (provider))
  INTO NAME metric VALUE v
), asked AS (
  SELECT DISTINCT each.* FROM (SELECT unnest(from_json($values::VARCHAR, '[{"provider": "VARCHAR", "metric": "VARCHAR", "value": "DOUBLE"}]')) AS each)
)
SELECT
  provider,
  metric,
  value,
  count(*) FILTER (v < value) AS below,
  count(*) FILTER (v = value) AS equal,
  count(*) AS sessions
FROM asked
JOIN metrics USING (provider, metric)
GROUP BY ALL
ORDER BY ALL
