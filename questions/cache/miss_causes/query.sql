-- uses: re_prefill, step_facts
-- Columns: provider
--          cause
--          steps            with a price
--          lost_tokens      their input that was in the context before and billed as new
--          extra_usd        what it cost more than as a cache read
--          unpriced_steps   not among the others
SELECT
  step_facts.provider,
  cause,
  count(re_prefill_nano) AS steps,
  coalesce(sum(re_prefill_tokens) FILTER (re_prefill_nano IS NOT NULL), 0)::BIGINT AS lost_tokens,
  sum(re_prefill_nano) / 1e9 AS extra_usd,
  count(*) - count(re_prefill_nano) AS unpriced_steps
FROM re_prefill
JOIN step_facts USING (round_pk)
WHERE cause IS NOT NULL
  AND day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY step_facts.provider, cause
ORDER BY extra_usd DESC NULLS LAST, lost_tokens DESC, step_facts.provider, cause
