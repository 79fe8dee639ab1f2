-- uses: numbered_neighbors
-- What each agent step read from the cache, read as new input and wrote. Output of the step before that is sent again is subtracted.
--
-- Grain:  one row per step with provider, session and round index, in any order.
-- Inputs: numbered_neighbors
-- A session is a session_id, whatever its providers; its steps are ordered by round index, then by place in the trace. A
-- step makes a pair with the one before it when their round indexes are consecutive. Missing token counts are 0.
--
-- Columns
--   pairing                 'first': there is no step before; 'apart': there is one, but its index is not the one before;
--                           'subtracted' and 'kept': a pair, with replayed output subtracted from the append or not;
--                           'unknown': a pair whose replayed output is not known, because its count is not final
--   round_index             of the step
--   output_tokens           of the step, reasoning included; NULL when the count is not final
--   prefix_tokens           cached input of the step; NULL unless it makes a pair
--   adjusted_append_tokens  new input of the step, minus the replayed output of the step before, at least 0; NULL
--                           unless it makes a pair whose replayed output is known
WITH neighbors AS (
  SELECT
    *,
    -- Only these send their output again as new input; from the others it comes back in the cached prefix.
    previous_provider = 'claude' OR (previous_provider = 'codex' AND coalesce(previous_model, '') = 'gpt-5.5') AS previous_is_resent,
    -- Codex counts hidden reasoning as output, but does not send it again.
    CASE
      WHEN previous_provider = 'codex' THEN greatest(0, previous_output_tokens - previous_reasoning_tokens)
      ELSE previous_output_tokens
    END AS previous_replayed_tokens
  FROM numbered_neighbors
), paired AS (
  SELECT
    *,
    CASE
      WHEN previous_index IS NULL THEN 'first'
      WHEN round_index <> previous_index + 1 THEN 'apart'
      WHEN previous_is_resent THEN if(previous_output_is_final, 'subtracted', 'unknown')
      ELSE 'kept'
    END AS pairing
  FROM neighbors
)
SELECT
  pairing,
  round_index,
  CASE WHEN output_is_final THEN output_tokens END AS output_tokens,
  CASE WHEN pairing IN ('subtracted', 'kept', 'unknown') THEN prefix_tokens END AS prefix_tokens,
  CASE pairing
    WHEN 'subtracted' THEN greatest(0, append_tokens - previous_replayed_tokens)
    WHEN 'kept' THEN greatest(0, append_tokens)
  END AS adjusted_append_tokens
FROM paired
