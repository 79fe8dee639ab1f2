-- uses: steps, step_cost, context_resets, calls
-- What a session took, whole.
--
-- Grain:   one row.
-- Params:  $session   its id
-- Columns: steps, outside_steps          agent steps, and those before its first request, which belong to none
--          replayed_steps                history that a child of Codex repeats: it has no times
--          unpriced_steps, final_steps   steps without a price, and those whose output count is final
--          calls, outside_calls          tool calls, and those of steps before its first request
--          models                        in the order of their first step
--          first_us, last_us             first and last event; NULL without times
--          input_tokens, cached_tokens   input, and the part that was read from the cache
--          output_tokens                 as logged
--          cost_nano, outside_nano       of the steps with a price, and of those before the first request
--          read_nano, write_nano, fresh_nano, output_nano   its parts: cache reads, cache writes, other input, output
--          peak_tokens, resets           largest context, and lasting drops of it
SELECT
  count(*) AS steps,
  count(*) FILTER (request_no = 0) AS outside_steps,
  count(*) FILTER (is_replayed) AS replayed_steps,
  count(*) FILTER (cost_nano IS NULL) AS unpriced_steps,
  count(*) FILTER (output_is_final) AS final_steps,
  (SELECT count(*) FROM calls WHERE session_id = $session) AS calls,
  (SELECT count(*) FROM calls WHERE session_id = $session AND request_no = 0) AS outside_calls,
  (SELECT list(model ORDER BY first) FROM (SELECT model, min(step) AS first FROM steps WHERE session_id = $session GROUP BY model)) AS models,
  min(first_us) AS first_us,
  max(last_us) AS last_us,
  sum(context_tokens)::BIGINT AS input_tokens,
  sum(steps.prefix_tokens)::BIGINT AS cached_tokens,
  sum(steps.output_tokens)::BIGINT AS output_tokens,
  coalesce(sum(cost_nano), 0)::BIGINT AS cost_nano,
  coalesce(sum(cost_nano) FILTER (request_no = 0), 0)::BIGINT AS outside_nano,
  coalesce(sum(cache_read_nano), 0)::BIGINT AS read_nano,
  coalesce(sum(cache_write_5m_nano + cache_write_1h_nano), 0)::BIGINT AS write_nano,
  coalesce(sum(fresh_nano), 0)::BIGINT AS fresh_nano,
  coalesce(sum(output_nano), 0)::BIGINT AS output_nano,
  max(context_tokens) AS peak_tokens,
  (SELECT count(*) FROM context_resets WHERE session_id = $session) AS resets
FROM steps
JOIN rounds USING (round_pk, session_id)
JOIN step_cost USING (round_pk)
WHERE session_id = $session
