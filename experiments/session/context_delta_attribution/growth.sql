-- uses: context_deltas, rent, cost_range
-- How contexts change from step to step, and what is known of it.
--
-- Grain:   one row per provider.
-- Params:  $relation   only steps of transcripts of this relation; NULL: all
-- merge:   key(provider) sum(steps, grown_steps, clipped_steps, resets, reset_tokens, shrunk_steps, shrunk_tokens, compactions,
--          micro_compactions, micro_tokens, replayed_steps, replayed_tokens, replayed_pico, unpriced_steps, open_steps, open_nano,
--          input_nano, one_read_pico)
-- Columns: provider, steps
--          grown_steps        steps whose context is larger than that of the step before, resets left out
--          clipped_steps      those whose results and messages need more tokens than that
--          resets, reset_tokens     resets of the context, and the tokens that left at them
--          shrunk_steps, shrunk_tokens   the same of other steps with a smaller context
--          compactions        compactions that transcripts log
--          micro_compactions, micro_tokens   logged ones that clear single results, and the tokens that these freed
--          replayed_steps, replayed_tokens, replayed_pico   repeated history: steps, what was added there, what it cost (nano-dollars / 1000)
--          unpriced_steps     steps without a price
--          open_steps, open_nano    steps that wrote to the cache for an unknown time, and what an hour would cost more
--          input_nano         billed input
--          one_read_pico      one cache read of every larger context's growth, without first steps, nano-dollars / 1000
WITH logged AS (
  SELECT
    provider,
    count(*) FILTER (kind = 'compact') AS compactions,
    count(*) FILTER (kind = 'micro_compact') AS micro_compactions,
    coalesce(sum(tokens_before - tokens_after) FILTER (kind = 'micro_compact'), 0)::BIGINT AS micro_tokens
  FROM session_events
  JOIN sessions USING (transcript_id)
  WHERE $relation::VARCHAR IS NULL OR relation = $relation
  GROUP BY provider
)
SELECT
  provider,
  count(*) AS steps,
  count(*) FILTER (NOT is_base AND grown_tokens > 0) AS grown_steps,
  count(*) FILTER (clipped) AS clipped_steps,
  count(*) FILTER (is_base AND segment > 0) AS resets,
  coalesce(sum(freed_tokens) FILTER (is_base), 0)::BIGINT AS reset_tokens,
  count(*) FILTER (NOT is_base AND freed_tokens > 0) AS shrunk_steps,
  coalesce(sum(freed_tokens) FILTER (NOT is_base), 0)::BIGINT AS shrunk_tokens,
  coalesce(any_value(compactions), 0) AS compactions,
  coalesce(any_value(micro_compactions), 0) AS micro_compactions,
  coalesce(any_value(micro_tokens), 0) AS micro_tokens,
  count(*) FILTER (is_replayed) AS replayed_steps,
  coalesce(sum(grown_tokens) FILTER (is_replayed), 0)::BIGINT AS replayed_tokens,
  coalesce(sum(round(growth_nano * 1e3)::HUGEINT) FILTER (is_replayed), 0) AS replayed_pico,
  count(*) FILTER (input_nano IS NULL) AS unpriced_steps,
  count(*) FILTER (write_open_nano > 0) AS open_steps,
  coalesce(sum(write_open_nano), 0) AS open_nano,
  coalesce(sum(input_nano), 0) AS input_nano,
  coalesce(sum(round(one_read_nano * 1e3)::HUGEINT), 0) AS one_read_pico
FROM context_deltas
JOIN (SELECT round_pk, input_nano FROM rent) USING (round_pk)
JOIN cost_range USING (round_pk)
LEFT JOIN logged USING (provider)
WHERE $relation::VARCHAR IS NULL OR relation = $relation
GROUP BY provider
ORDER BY provider
