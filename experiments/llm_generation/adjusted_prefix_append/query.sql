-- uses: numbered_neighbors
-- Consecutive agent steps of a session, and how much of the earlier one's output is taken out of the later one's append.
--
-- Grain:   one row per pair of steps whose round indexes follow each other by one
-- Inputs:  numbered_neighbors; steps without provider, session or round index are left out
-- Params:  $subtract_policy    claude-and-gpt55: the output of Claude and of gpt-5.5 is taken out; all: any
--          $subtract_output    total: the whole output; visible-for-codex: without reasoning for Codex
--          $sample_offset      another offset, another sample
-- Columns (tokens; missing counts are 0, negative ones stay)
--          provider            of the later step
--          session_pk          of the pair
--          sample_key          unique
--          prefix_tokens       of the later step
--          raw_append          of the later step; this and all further columns are NULL where the output to take out is not final
--          previous_output     what is taken out; 0 where nothing is
--          signed_adjusted_append, adjusted_append   append without that output, and the same at least 0
--          replayed            what is taken out of the append: its difference from the adjusted one
--          clipped_after_subtract, subtracted_pair   1 where the output is larger than the append, and where the policy takes it out; else 0
WITH neighbors AS (
  SELECT
    *,
    $subtract_policy = 'all'
      OR previous_provider = 'claude'
      OR (previous_provider = 'codex' AND previous_model IS NOT DISTINCT FROM 'gpt-5.5') AS previous_replays,
    CASE
      WHEN NOT previous_output_is_final THEN NULL
      WHEN $subtract_output = 'visible-for-codex' AND previous_provider = 'codex'
        THEN greatest(0, previous_output_tokens - previous_reasoning_tokens)
      ELSE previous_output_tokens
    END AS previous_proxy
  FROM numbered_neighbors
), pairs AS (
  SELECT
    provider,
    session_pk,
    round_pk,
    prefix_tokens,
    append_tokens,
    previous_replays,
    if(previous_replays, previous_proxy, 0) AS previous_output,
    append_tokens - previous_output AS signed_append
  FROM neighbors
  WHERE round_index = previous_index + 1
)
SELECT
  provider,
  session_pk,
  round_pk + $sample_offset AS sample_key,
  prefix_tokens::DOUBLE AS prefix_tokens,
  if(previous_output IS NULL, NULL, append_tokens)::DOUBLE AS raw_append,
  previous_output::DOUBLE AS previous_output,
  signed_append::DOUBLE AS signed_adjusted_append,
  if(signed_append IS NULL, NULL, greatest(0, signed_append))::DOUBLE AS adjusted_append,
  raw_append - adjusted_append AS replayed,
  (signed_append < 0)::INTEGER AS clipped_after_subtract,
  if(previous_output IS NULL, NULL, previous_replays::INTEGER) AS subtracted_pair
FROM pairs
