-- uses: steps, context_resets, step_rates, step_cost
-- Input that a step is billed for as new although the context held it before, what that costs, and the likely cause.
--
-- Grain:  one row per row of `steps` (`round_pk`, unique).
-- Money is in whole nano-dollars; NULL where the step is unpriced.
--
--   round_pk, session_id      the step
--   gap_us                    from the last event of the step before to the first of this one; NULL without either
--   previous_context_tokens   context of the step before; NULL for the first step
--   is_reset                  a context reset
--   is_model_change           another model than in the step before; NULL for the first step
--   re_prefill_tokens         append beyond what the context grew by; NULL for the first step
--   re_prefill_nano           these tokens at the step's mean cost of a token of its append, less what they would cost as cache reads
--   cause                     the first that holds, NULL without such tokens:
--                               reset         the context was compacted, cleared or forked back
--                               model change  caches belong to a model
--                               tail          at most 2,048 tokens: what follows the last point that is cached
--                               gap >= 60 min, gap 5-60 min   longer than a cache lives
--                               unknown gap   no times
--                               broken        a shorter gap, so the prefix was changed
WITH neighbors AS (
  SELECT
    step.round_pk,
    step.session_id,
    step.first_us - previous.last_us AS gap_us,
    step.append_tokens,
    previous.context_tokens AS previous_context_tokens,
    context_resets.round_pk IS NOT NULL AS is_reset,
    step.model <> previous.model AS is_model_change,
    -- greatest() passes over NULL.
    if(previous.round_pk IS NULL, NULL, greatest(step.append_tokens - greatest(step.context_tokens - previous.context_tokens, 0), 0))
      AS re_prefill_tokens
  FROM steps AS step
  LEFT JOIN steps AS previous ON previous.round_pk = step.previous_round_pk
  LEFT JOIN context_resets ON context_resets.round_pk = step.round_pk
), billed AS (
  SELECT
    *,
    re_prefill_tokens * (fresh_nano + cache_write_5m_nano + cache_write_1h_nano) AS as_new,
    re_prefill_tokens * cache_read_rate + 500 AS as_read
  FROM neighbors
  JOIN step_rates USING (round_pk)
  JOIN step_cost USING (round_pk)
)
SELECT
  round_pk,
  session_id,
  gap_us,
  previous_context_tokens,
  is_reset,
  is_model_change,
  re_prefill_tokens,
  -- BIGINTs where they are enough, as in `step_cost`.
  if(as_new < 9e18::HUGEINT, as_new::BIGINT // greatest(append_tokens, 1), as_new // greatest(append_tokens, 1))
    - if(as_read < 9e18::HUGEINT, as_read::BIGINT // 1000, as_read // 1000) AS re_prefill_nano,
  CASE
    WHEN re_prefill_tokens = 0 OR re_prefill_tokens IS NULL THEN NULL
    WHEN is_reset THEN 'reset'
    WHEN is_model_change THEN 'model change'
    WHEN re_prefill_tokens <= 2048 THEN 'tail'
    WHEN gap_us IS NULL THEN 'unknown gap'
    WHEN gap_us >= 3600e6 THEN 'gap >= 60 min'
    WHEN gap_us >= 300e6 THEN 'gap 5-60 min'
    ELSE 'broken'
  END AS cause
FROM billed
