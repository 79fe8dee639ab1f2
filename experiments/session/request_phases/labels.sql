-- uses: request_costs, label_keys, session_labels
-- merge: key(key, value) sum(requests, with_error, steps, unpriced_steps, tokens, repair_tokens, nano, touched_nano, repair_nano, edit_requests, one_shot)
-- Requests and how much of them failed calls touch or repair, by label of their session.
--
-- Grain:   one row per key and value, and per key one for the requests of sessions without it (value NULL).
-- Columns: as in groups.sql
SELECT
  label_keys.key,
  value,
  count(*) AS requests,
  count(*) FILTER (errors > 0) AS with_error,
  sum(steps)::BIGINT AS steps,
  sum(unpriced_steps)::BIGINT AS unpriced_steps,
  sum(input_tokens + output_tokens)::BIGINT AS tokens,
  sum(repair_tokens)::BIGINT AS repair_tokens,
  sum(cost_nano)::BIGINT AS nano,
  coalesce(sum(cost_nano) FILTER (errors > 0), 0)::BIGINT AS touched_nano,
  sum(repair_nano)::BIGINT AS repair_nano,
  count(*) FILTER (has_edit) AS edit_requests,
  count(*) FILTER (has_edit AND rework_loops = 0) AS one_shot
FROM request_costs
CROSS JOIN label_keys
LEFT JOIN session_labels ON session_labels.key = label_keys.key AND session_labels.session_id = request_costs.session_id
GROUP BY label_keys.key, value
ORDER BY label_keys.key, value NULLS FIRST
