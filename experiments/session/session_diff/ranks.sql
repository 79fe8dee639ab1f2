-- uses: session_facts
-- merge: key(provider, metric, value) sum(below, equal, sessions)
-- Where some values are among those of all sessions of their provider.
--
-- Grain:   one row per value.
-- Params:  $values   JSON: a list of {provider, metric, value}, with metrics as in facts.sql
-- Columns: provider, metric, value
--          below, equal, sessions   sessions of the provider with less, with as much, and with any value
WITH metrics AS (
  UNPIVOT (
    SELECT
      provider,
      requests::DOUBLE AS requests,
      steps::DOUBLE AS steps,
      calls::DOUBLE AS calls,
      errors::DOUBLE AS errors,
      unknown_calls::DOUBLE AS unknown_calls,
      rework_loops::DOUBLE AS rework_loops,
      repair_nano / 1e9 AS repair_usd,
      cost_nano / 1e9 AS cost_usd,
      fresh_nano / 1e9 AS fresh_usd,
      read_nano / 1e9 AS read_usd,
      write_nano / 1e9 AS write_usd,
      output_nano / 1e9 AS output_usd,
      active_us / 1e6 AS active_s,
      generation_us / 1e6 AS generation_s,
      tool_us / 1e6 AS tool_s,
      human_us / 1e6 AS human_s,
      peak_context_tokens::DOUBLE AS peak_context_tokens,
      resets::DOUBLE AS resets,
      prefix_tokens / nullif(context_tokens, 0) AS hit_ratio,
      output_tokens::DOUBLE AS output_tokens,
      visible_tokens::DOUBLE AS visible_tokens
    FROM session_facts
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
