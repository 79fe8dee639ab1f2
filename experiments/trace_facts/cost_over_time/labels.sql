-- uses: label_keys, session_labels, step_rates, step_cost, cost_range
-- merge: key(key, value) sum(sessions, steps, unpriced_steps, input_tokens, output_tokens, cost_nano, high_nano)
-- What sessions cost by label.
--
-- Grain:   one row per key and value, and per key one for all steps without it (value NULL).
-- Inputs:  rounds, the relations above
-- Columns: sessions        named ones, helpers included
--          unpriced_steps  left out of tokens and money
--          input_tokens    cached or not
--          cost_nano, high_nano   nano-dollars, and at most
WITH spent AS (
  SELECT
    session_id,
    count(*) AS steps,
    count(*) FILTER (step_cost.basis IS NULL) AS unpriced_steps,
    coalesce(sum(fresh_tokens + cache_write_5m_tokens + cache_write_1h_tokens + cache_read_tokens) FILTER (step_cost.basis IS NOT NULL), 0) AS input_tokens,
    coalesce(sum(step_rates.output_tokens) FILTER (step_cost.basis IS NOT NULL), 0) AS output_tokens,
    coalesce(sum(step_cost.cost_nano), 0) AS cost_nano,
    coalesce(sum(high_nano), 0) AS high_nano
  FROM rounds
  JOIN step_rates USING (round_pk)
  JOIN step_cost USING (round_pk)
  JOIN cost_range USING (round_pk)
  GROUP BY session_id
)
SELECT
  label_keys.key,
  value,
  count(*) FILTER (spent.session_id <> '') AS sessions,
  sum(steps)::BIGINT AS steps,
  sum(unpriced_steps)::BIGINT AS unpriced_steps,
  sum(input_tokens)::BIGINT AS input_tokens,
  sum(output_tokens)::BIGINT AS output_tokens,
  sum(cost_nano)::BIGINT AS cost_nano,
  sum(high_nano)::BIGINT AS high_nano
FROM spent
CROSS JOIN label_keys
LEFT JOIN session_labels ON session_labels.key = label_keys.key AND session_labels.session_id = spent.session_id
GROUP BY label_keys.key, value
ORDER BY label_keys.key, value NULLS FIRST
