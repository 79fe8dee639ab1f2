-- uses: re_prefill, step_facts
-- Columns: session_id
--          provider
--          missed_steps   with input that was billed again
--          lost_tokens    such input
--          extra_usd      what it cost more than as a cache read
--          cost_usd       of the session
SELECT
  step_facts.session_id,
  step_facts.provider,
  count(*) FILTER (cause IS NOT NULL) AS missed_steps,
  sum(re_prefill_tokens)::BIGINT AS lost_tokens,
  sum(re_prefill_nano) / 1e9 AS extra_usd,
  sum(cost_nano) / 1e9 AS cost_usd
FROM re_prefill
JOIN step_facts USING (round_pk)
WHERE day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY step_facts.session_id, step_facts.provider
HAVING lost_tokens > 0
ORDER BY extra_usd DESC NULLS LAST, lost_tokens DESC, step_facts.session_id
LIMIT $top
