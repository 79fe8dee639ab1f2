-- uses: step_rates, step_cost, cost_range, busy
-- Tokens, money and time of steps, small enough to be grouped in any way that a report asks for.
--
-- Grain:   one row per quarter of an hour, agent, model, project, session and kind of steps (the three below); a quarter, because every
--          time zone is a whole number of them from UTC
-- Inputs:  chosen, the relations above, rounds
-- Columns: quarter_us           where the quarter begins, epoch microseconds; NULL for steps without a time
--          provider, model, project, session_id, conversation_id
--          basis                of the price: listed, family (a guess by a part of the model's name) or override (of the user); NULL without
--          output_is_final      false: the output was logged while the response was streaming
--          is_replayed          history that a helper repeats and no other transcript holds
--          first_us, last_us    of the times of the responses
--          steps
--          input_tokens, cache_write_tokens, cache_read_tokens, output_tokens
--                               input that is neither of the next two; the kinds don't overlap
--          active_us            time in which the model generated or a tool ran, but for tools that wait for a helper; in each
--                               session moments count once
--          cost_nano, high_nano nano-dollars, and at most; 0 without a price
WITH intervals AS (
  SELECT
    round_pk,
    from_us,
    to_us,
    max(to_us) OVER (
      PARTITION BY session_pk
      ORDER BY from_us, to_us, round_pk, tool_index NULLS FIRST
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS covered_us
  FROM busy
  WHERE kind = 'generation' OR (kind = 'tool' AND tool NOT IN ('Task', 'Agent', 'TaskOutput', 'spawn_agent', 'wait_agent', 'wait'))
), active AS (
  SELECT round_pk, sum(greatest(to_us - greatest(from_us, coalesce(covered_us, from_us)), 0))::BIGINT AS active_us
  FROM intervals
  GROUP BY round_pk
)
SELECT
  response_us // 900000000 * 900000000 AS quarter_us,
  coalesce(provider, '') AS provider,
  coalesce(nullif(model, ''), '<unknown-model>') AS model,
  chosen.project,
  coalesce(session_id, '') AS session_id,
  coalesce(conversation_id, '') AS conversation_id,
  step_cost.basis,
  output_is_final,
  is_replayed,
  min(response_us) AS first_us,
  max(response_us) AS last_us,
  count(*) AS steps,
  sum(fresh_tokens) AS input_tokens,
  sum(cache_write_5m_tokens + cache_write_1h_tokens) AS cache_write_tokens,
  sum(cache_read_tokens) AS cache_read_tokens,
  sum(step_rates.output_tokens) AS output_tokens,
  coalesce(sum(active_us), 0) AS active_us,
  coalesce(sum(step_cost.cost_nano), 0) AS cost_nano,
  coalesce(sum(high_nano), 0) AS high_nano
FROM chosen
JOIN rounds USING (round_pk)
JOIN step_rates USING (round_pk)
JOIN step_cost USING (round_pk)
JOIN cost_range USING (round_pk)
LEFT JOIN active USING (round_pk)
GROUP BY ALL
ORDER BY quarter_us NULLS FIRST, provider, model, project, session_id, conversation_id, basis, output_is_final, is_replayed
