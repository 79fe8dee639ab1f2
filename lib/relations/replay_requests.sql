-- uses: step_times, lineage, replayed_steps
-- scope: pool
-- Agent steps as requests to a model server, at the times when they were sent, and why some of them can't be replayed.
--
-- Grain:  one row per row of `rounds` (`round_pk`, unique).
-- Inputs: rounds, step_times, lineage, replayed_steps
-- A conversation is a session that no other has started, with its helpers, forks and resumed parts. `replay_steps` has the shapes of steps
-- for simulators that need no times.
--
--   round_pk, provider, model, session_id
--   relation, parent_session_id   of `lineage`; NULL for a session that no other has started
--   left_out                      why it can't be replayed, the first that applies: 'no_session', 'repeated' (history of another session),
--                                 'no_time', 'no_tokens', 'negative_tokens', 'no_input', 'oversized' (more than 10,000,000 tokens of input),
--                                 'no_output'; NULL when it can. Without it, all that follows is known
--   conversation_no               1, 2, … in the order in which conversations start
--   conversation_place            1, 2, … by conversation, and by time within it
--   time_place                    1, 2, … by time
--   start_us                      when its last input before the answer came, else its first event; epoch microseconds
--   end_us                        its last output, else its last event, but not before start_us
--   prefix_tokens                 input read from the cache
--   input_tokens                  all of its input, the prefix included
--   output_tokens                 as logged
--   output_is_final               false when output_tokens was logged while the response was streaming
WITH judged AS (
  SELECT
    round_pk,
    provider,
    model,
    rounds.session_id,
    relation,
    parent_session_id,
    coalesce(root_session_id, rounds.session_id) AS root_session_id,
    coalesce(last_input_before_output_us, first_us) AS start_us,
    greatest(coalesce(last_output_us, last_us), start_us) AS end_us,
    prefix_tokens,
    prefix_tokens + newly_append_tokens AS input_tokens,
    output_tokens,
    output_is_final,
    CASE
      WHEN (rounds.session_id <> '') IS NOT true THEN 'no_session'
      WHEN replayed_steps.round_pk IS NOT NULL THEN 'repeated'
      WHEN first_us IS NULL THEN 'no_time'
      WHEN input_tokens IS NULL OR output_tokens IS NULL THEN 'no_tokens'
      WHEN least(prefix_tokens, newly_append_tokens, output_tokens) < 0 THEN 'negative_tokens'
      WHEN input_tokens = 0 THEN 'no_input'
      WHEN input_tokens > 10000000 THEN 'oversized'
      WHEN output_tokens = 0 THEN 'no_output'
    END AS left_out
  FROM rounds
  JOIN step_times USING (round_pk)
  LEFT JOIN replayed_steps USING (round_pk)
  LEFT JOIN lineage ON lineage.session_id = rounds.session_id
), conversations AS (
  SELECT root_session_id, row_number() OVER (ORDER BY min(start_us), root_session_id) AS conversation_no
  FROM judged
  WHERE left_out IS NULL
  GROUP BY root_session_id
), placed AS (
  SELECT
    round_pk,
    conversation_no,
    row_number() OVER (ORDER BY conversation_no, start_us, round_pk) AS conversation_place,
    row_number() OVER (ORDER BY start_us, round_pk) AS time_place
  FROM judged
  JOIN conversations USING (root_session_id)
  WHERE left_out IS NULL
)
SELECT
  round_pk,
  provider,
  model,
  session_id,
  relation,
  parent_session_id,
  left_out,
  conversation_no,
  conversation_place,
  time_place,
  start_us,
  end_us,
  prefix_tokens,
  input_tokens,
  output_tokens,
  output_is_final
FROM judged
LEFT JOIN placed USING (round_pk)
