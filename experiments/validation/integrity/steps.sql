-- merge: key(name, provider) sum(offenders, looked_at) min(first_round_pk)
-- Whether the token counts of each step are consistent.
--
-- Grain:   one row per check and provider.
-- Inputs:  rounds. A comparison with a missing value is neither true nor false: the check does not apply to that step.
-- Columns  name            the check
--          provider        `<unknown-provider>` when missing
--          offenders       rows that fail it
--          looked_at       rows that it applies to
--          first_round_pk  first step with a failing row; NULL when none fails
WITH steps AS (
  SELECT
    coalesce(provider, '<unknown-provider>') AS provider,
    round_pk,
    input_tokens_total::HUGEINT AS total, -- sums of any two counts fit
    prefix_tokens::HUGEINT AS prefix,
    newly_append_tokens::HUGEINT AS append,
    output_tokens,
    reasoning_output_tokens,
    claude_uncached_input_tokens::HUGEINT AS uncached,
    claude_cache_creation_input_tokens AS cache_write,
    claude_cache_read_input_tokens AS cache_read
  FROM rounds
), judged AS (
  SELECT
    provider,
    round_pk,
    unnest([
      {name: 'input_adds_up', offends: CASE
        WHEN provider = 'claude' OR (provider = 'codex' AND prefix <= total) THEN prefix + append <> total
      END},
      {name: 'claude_parts_add_up', offends: CASE
        WHEN provider = 'claude' THEN uncached + cache_write <> append OR cache_read <> prefix
      END},
      {name: 'cached_within_input', offends: CASE WHEN provider = 'codex' THEN prefix > total END},
      {name: 'reasoning_within_output', offends: reasoning_output_tokens > output_tokens},
      {name: 'tokens_not_negative', offends: coalesce(
        least(total, prefix, append, output_tokens, reasoning_output_tokens, uncached, cache_write, cache_read) < 0, false -- ignores NULLs
      )},
      {name: 'tokens_known', offends: prefix IS NULL OR append IS NULL OR output_tokens IS NULL}
    ], recursive := true)
  FROM steps
)
SELECT
  name,
  provider,
  count(*) FILTER (offends) AS offenders,
  count(offends) AS looked_at,
  min(round_pk) FILTER (offends) AS first_round_pk
FROM judged
GROUP BY name, provider
ORDER BY name, provider
