-- Consecutive agent steps of a session, and how much of the earlier one's output is taken out of the later one's append.
--
-- Grain:   one row per pair of steps whose round indexes follow each other by one; in the order of `sample_key`, which
--          spreads every part of the trace evenly, so that the first rows are a sample
-- Inputs:  rounds; steps without provider, session or round index are left out
-- Params:  $subtract_policy    claude-and-gpt55: the output of Claude and of gpt-5.5 is taken out; all: any
--          $subtract_output    total: the whole output; visible-for-codex: without reasoning for Codex
--          $sample_offset      0 to 999,999: another offset, another sample
-- Columns (tokens; missing counts are 0, negative ones stay)
--          provider            of the later step
--          prefix_tokens, raw_append      of the later step
--          subtracted          whether the policy takes the output out
--          previous_output     what is taken out; 0 where nothing is, NULL where its count is not final
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
)
SELECT
  provider,
  prefix_tokens::DOUBLE AS prefix_tokens,
  append_tokens::DOUBLE AS raw_append,
  previous_replays AS subtracted,
  if(previous_replays, previous_proxy, 0)::DOUBLE AS previous_output
FROM neighbors
WHERE round_index = previous_index + 1
-- Multiplicative hashing (Knuth): steps that follow each other get keys far apart.
ORDER BY ((round_pk + $sample_offset) * 2654435761) % 1000000, round_pk
