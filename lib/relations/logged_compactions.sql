-- uses: steps, dated_steps
-- Compactions of the context that transcripts log, and the step that comes after each.
--
-- Grain:  one row per logged compaction of a named session (`transcript_id, seq`, unique); none in a pool of traces alone.
-- Inputs: session_events, steps, dated_steps
--
--   transcript_id, seq, session_id   the event
--   kind                             'compact': a summary takes the place of the history; 'micro_compact': results of tools are cleared
--   trigger                          as logged: auto, manual; NULL: not logged
--   logged_before, logged_after      tokens as logged; NULL: not logged
--   tool_call_ids                    results that a micro-compaction cleared, separated by a space
--   round_pk                         the first step that was answered at or after the event; NULL: none
WITH answered AS (
  SELECT round_pk, session_id, response_us
  FROM steps
  JOIN dated_steps USING (round_pk)
  WHERE response_us IS NOT NULL
), compactions AS (
  SELECT *, epoch_us(timestamp) AS us
  FROM session_events
  WHERE kind IN ('compact', 'micro_compact') AND session_id <> ''
)
SELECT
  transcript_id,
  seq,
  compactions.session_id,
  kind,
  trigger,
  tokens_before AS logged_before,
  tokens_after AS logged_after,
  tool_call_ids,
  round_pk
FROM compactions
ASOF LEFT JOIN answered ON compactions.session_id = answered.session_id AND compactions.us <= answered.response_us
