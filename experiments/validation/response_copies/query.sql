-- uses: response_holders
-- Steps and tokens, and how many of them repeat a response that the pool already has.
--
-- Grain:   one row per provider, model and relation of the transcript.
-- Inputs:  stored.rounds, response_holders
-- Columns  provider              `<unknown-provider>` when missing
--          model                 NULL when missing
--          relation              of the transcript to others
--          steps                 all steps
--          copies                those that repeat a response
--          own_session_copies    those whose own session already has it
--          prefix_tokens, append_tokens, cache_write_tokens, output_tokens
--                                of all steps; missing ones count as 0; cache writes are part of append
--          copy_prefix_tokens, copy_append_tokens, copy_cache_write_tokens, copy_output_tokens
--                                of the copies
WITH steps AS (
  SELECT
    coalesce(provider, '<unknown-provider>') AS provider,
    model,
    relation,
    is_copy,
    of_own_session,
    coalesce(prefix_tokens, 0) AS prefix,
    coalesce(newly_append_tokens, 0) AS append,
    greatest(0, least(coalesce(claude_cache_creation_input_tokens, 0), coalesce(newly_append_tokens, 0))) AS cache_write,
    coalesce(output_tokens, 0) AS output
  FROM stored.rounds
  JOIN response_holders USING (round_pk)
)
SELECT
  provider,
  model,
  relation,
  count(*) AS steps,
  count(*) FILTER (is_copy) AS copies,
  count(*) FILTER (of_own_session) AS own_session_copies,
  sum(prefix)::DOUBLE AS prefix_tokens,
  sum(append)::DOUBLE AS append_tokens,
  sum(cache_write)::DOUBLE AS cache_write_tokens,
  sum(output)::DOUBLE AS output_tokens,
  coalesce(sum(prefix) FILTER (is_copy), 0)::DOUBLE AS copy_prefix_tokens,
  coalesce(sum(append) FILTER (is_copy), 0)::DOUBLE AS copy_append_tokens,
  coalesce(sum(cache_write) FILTER (is_copy), 0)::DOUBLE AS copy_cache_write_tokens,
  coalesce(sum(output) FILTER (is_copy), 0)::DOUBLE AS copy_output_tokens
FROM steps
GROUP BY provider, model, relation
ORDER BY provider, model, relation
