-- uses: step_rates, step_cost, cost_range
-- What sessions and their helpers cost.
--
-- Grain:  one row per session, session that is paid for and basis of the price.
-- Inputs: rounds, sessions, the relations above
-- Money is in nano-dollars, 0 without a price. Sums are DOUBLE, exact below 2^53.
--
--   session_id
--   paid_id                that session, or a helper of its conversation
--   basis                  where the price is from; NULL without one
--   steps, tokens          input and output as billed
--   cost_nano, high_nano   as logged, and the most it can be
WITH helpers AS (
  SELECT DISTINCT session_id FROM sessions WHERE relation = 'sub-agent'
), paid AS (
  SELECT session_id, session_id AS paid_id, round_pk FROM rounds WHERE session_id IS NOT NULL
  UNION ALL
  SELECT conversation_id, session_id, round_pk
  FROM rounds
  WHERE session_id <> conversation_id AND (session_id IN (FROM helpers) OR contains(session_id, '/subagents/'))
)
SELECT
  session_id,
  paid_id,
  step_cost.basis,
  count(*) AS steps,
  sum(fresh_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens + output_tokens)::DOUBLE AS tokens,
  coalesce(sum(step_cost.cost_nano), 0)::DOUBLE AS cost_nano,
  coalesce(sum(high_nano), 0)::DOUBLE AS high_nano
FROM paid
JOIN step_rates USING (round_pk)
JOIN step_cost USING (round_pk)
JOIN cost_range USING (round_pk)
GROUP BY ALL
