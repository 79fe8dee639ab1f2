-- uses: steps
-- Steps that begin with a much smaller context than the step before, and whose successors stay small: the context was
-- compacted, cleared, or forked back. The rule of session/session_token_steps for drops, without the compactions that traces
-- report, and in file order instead of that of round_index.
--
-- Grain:  one row per such step (`round_pk`, unique). A single small step is a side call, and the last step of a session never one.
--
--   round_pk, session_id             the first step after the reset
--   tokens_before, tokens_after      context of the step before, of this one
--   freed_tokens                     tokens_before - tokens_after
WITH neighbors AS (
  SELECT
    round_pk,
    session_id,
    lag(context_tokens) OVER in_session AS tokens_before,
    context_tokens AS tokens_after,
    max(context_tokens) OVER (in_session ROWS BETWEEN 1 FOLLOWING AND 3 FOLLOWING) AS tokens_following
  FROM steps
  WINDOW in_session AS (PARTITION BY session_pk ORDER BY round_pk)
)
SELECT round_pk, session_id, tokens_before, tokens_after, tokens_before - tokens_after AS freed_tokens
FROM neighbors
WHERE tokens_before >= 32768
  AND tokens_before - tokens_after >= 8192
  AND 4 * tokens_after <= 3 * tokens_before
  AND 4 * tokens_following < 3 * tokens_before
