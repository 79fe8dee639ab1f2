-- uses: steps, context_resets, logged_compactions
-- How much context each step has, what is logged of the window around it, and where the context is reset.
--
-- Grain:  one row per row of `steps` (`round_pk`, unique).
-- Inputs: round_details, sessions, steps, context_resets, logged_compactions
-- A reset is one of `context_resets`, or a logged compaction that isn't a micro-compaction.
--
--   round_pk, session_id, provider, model, step   as in `steps`
--   previous_round_pk                             as in `steps`
--   context_tokens, previous_context_tokens       of the step, and of the one before it in the session; NULL for the first
--   first_us, previous_first_us                   earliest event of the two, epoch microseconds
--   steps_after                                   later steps of the session
--   logged_window_tokens                          window that the transcript logs; NULL: none
--   segment                                       0, 1, … within the session: resets up to this step
--   reset                                         how this step's reset is known: 'inferred', 'logged' or 'both'; NULL: no reset
--   reset_trigger                                 of the logged compaction
--   reset_next                                    the next step of the session begins with a reset
WITH windows AS (
  SELECT transcript_id, max(context_window_tokens) FILTER (context_window_tokens > 0) AS logged_window_tokens
  FROM sessions
  GROUP BY transcript_id
), compacted AS (
  SELECT round_pk, max(trigger) AS trigger
  FROM logged_compactions
  WHERE kind = 'compact' AND round_pk IS NOT NULL
  GROUP BY round_pk
), marked AS (
  SELECT
    steps.*,
    logged_window_tokens,
    CASE
      WHEN previous_round_pk IS NULL THEN NULL
      WHEN context_resets.round_pk IS NOT NULL THEN if(compacted.round_pk IS NULL, 'inferred', 'both')
      WHEN compacted.round_pk IS NOT NULL THEN 'logged'
    END AS reset,
    compacted.trigger AS reset_trigger
  FROM steps
  LEFT JOIN context_resets USING (round_pk)
  LEFT JOIN compacted USING (round_pk)
  LEFT JOIN round_details USING (round_pk)
  LEFT JOIN windows USING (transcript_id)
)
SELECT
  round_pk,
  session_id,
  provider,
  model,
  step,
  previous_round_pk,
  context_tokens,
  lag(context_tokens) OVER in_session AS previous_context_tokens,
  first_us,
  lag(first_us) OVER in_session AS previous_first_us,
  count(*) OVER (PARTITION BY session_pk) - step AS steps_after,
  logged_window_tokens,
  count(reset) OVER in_session AS segment,
  reset,
  reset_trigger,
  lead(reset IS NOT NULL, 1, false) OVER in_session AS reset_next
FROM marked
WINDOW in_session AS (PARTITION BY session_pk ORDER BY round_pk)
