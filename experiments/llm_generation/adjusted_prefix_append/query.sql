-- Consecutive agent steps of a session, and how much of the earlier one's output is taken out of the later one's append.
--
-- Grain:   one row per pair of steps whose round indexes follow each other by one
-- Inputs:  rounds; steps without provider, session or round index are left out
-- Params:  $subtract_policy    claude-and-gpt55: the output of Claude and of gpt-5.5 is taken out; all: any
--          $subtract_output    total: the whole output; visible-for-codex: without reasoning for Codex
--          $sample_offset      another offset, another sample
-- Columns (tokens; missing counts are 0, negative ones stay)
--          provider            of the later step
--          sample_key          unique
--          prefix_tokens       of the later step
--          raw_append          of the later step; this and all further columns are NULL where the output to take out is not final
--          previous_output     what is taken out; 0 where nothing is
--          signed_adjusted_append, adjusted_append   append without that output, and the same at least 0
--          clipped_after_subtract, subtracted_pair   1 where the output is larger than the append, and where the policy takes it out; else 0
WITH steps AS (
  SELECT
    round_pk,
    ingest_seq,
    provider,
    session_id,
    model,
    round_index,
    coalesce(prefix_tokens, 0) AS prefix_tokens,
    coalesce(newly_append_tokens, 0) AS append_tokens,
    coalesce(output_tokens, 0) AS output_tokens,
    coalesce(reasoning_output_tokens, 0) AS reasoning_tokens,
    output_is_final
  FROM rounds
  WHERE provider IS NOT NULL AND session_id IS NOT NULL AND round_index IS NOT NULL
), outputs AS (
  SELECT
    *,
    CASE
      WHEN NOT output_is_final THEN NULL
      WHEN $subtract_output = 'visible-for-codex' AND provider = 'codex' THEN greatest(0, output_tokens - reasoning_tokens)
      ELSE output_tokens
    END AS output_proxy,
    $subtract_policy = 'all' OR provider = 'claude' OR (provider = 'codex' AND model IS NOT DISTINCT FROM 'gpt-5.5') AS replays_output
  FROM steps
), neighbors AS (
  SELECT
    *,
    lag(round_index) OVER walk AS previous_index,
    lag(replays_output) OVER walk AS previous_replays,
    lag(output_proxy) OVER walk AS previous_proxy
  FROM outputs
  -- A session is its id alone: steps of two providers under one id are walked together.
  WINDOW walk AS (PARTITION BY session_id ORDER BY round_index, ingest_seq, round_pk)
), pairs AS (
  SELECT
    provider,
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
  round_pk + $sample_offset AS sample_key,
  prefix_tokens::DOUBLE AS prefix_tokens,
  if(previous_output IS NULL, NULL, append_tokens)::DOUBLE AS raw_append,
  previous_output::DOUBLE AS previous_output,
  signed_append::DOUBLE AS signed_adjusted_append,
  if(signed_append IS NULL, NULL, greatest(0, signed_append))::DOUBLE AS adjusted_append,
  (signed_append < 0)::INTEGER AS clipped_after_subtract,
  if(previous_output IS NULL, NULL, previous_replays::INTEGER) AS subtracted_pair
FROM pairs
