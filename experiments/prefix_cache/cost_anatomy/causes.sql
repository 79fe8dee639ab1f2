-- uses: re_prefill, step_times
-- merge: key(provider, cause, reason, logs_reasons, is_priced) sum(steps, tokens, nano)
-- merge: by provider, cause, reason, logs_reasons, is_priced
-- Input that the context held before and that was billed as new, by likely cause and by the reason that the transcript logs.
--
-- Grain:   one row per provider, cause, logged reason, and whether the step has a price; steps with neither cause nor reason are left out.
-- Inputs:  rounds, round_details, re_prefill, step_times
-- Params:  $month   only steps of this month in UTC, as 2026-01; NULL: all
-- Columns: provider      '<unknown-provider>' when missing
--          cause         as in re_prefill; NULL: no such input
--          reason        as logged; NULL: none
--          logs_reasons  some step of the session has a reason
--          is_priced, steps
--          tokens        such input
--          nano          what it cost more than as cache reads, in nano-dollars; 0 without a price
SELECT
  coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
  cause,
  cache_miss_reason AS reason,
  session_id IN (
    SELECT session_id
    FROM rounds
    JOIN round_details USING (round_pk)
    WHERE cache_miss_reason IS NOT NULL AND session_id IS NOT NULL
  ) AS logs_reasons,
  re_prefill_nano IS NOT NULL OR re_prefill_tokens IS NULL AS is_priced,
  count(*) AS steps,
  coalesce(sum(re_prefill_tokens), 0) AS tokens,
  coalesce(sum(re_prefill_nano), 0) AS nano
FROM re_prefill
JOIN rounds USING (round_pk, session_id)
JOIN step_times USING (round_pk)
LEFT JOIN round_details USING (round_pk)
WHERE (cause IS NOT NULL OR cache_miss_reason IS NOT NULL)
  AND ($month::VARCHAR IS NULL OR strftime(make_timestamp(first_us), '%Y-%m') = $month)
GROUP BY ALL
