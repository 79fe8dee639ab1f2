-- Each agent step with the tokens of the step before it, by round index.
--
-- Grain:  one row per step with provider, session and round index (`round_pk`, unique).
-- Inputs: rounds
-- A session is a session_id, whatever its providers; its steps are ordered by round index, then by place in the trace. Missing token
-- counts are 0.
--
--   round_pk, provider, round_index                 of the step
--   session_pk                                      first step of the session
--   prefix_tokens, append_tokens, output_tokens     cached and new input, output with reasoning
--   output_is_final                                 whether the output is
--   previous_index, previous_provider, previous_model, previous_output_tokens, previous_reasoning_tokens, previous_output_is_final
--                                                   of the step before; NULL for the first, the model also when unknown
WITH named AS (
  SELECT session_id, min(round_pk) AS session_pk -- compared faster than a text
  FROM rounds
  GROUP BY session_id
), steps AS (
  SELECT
    round_pk,
    ingest_seq,
    session_pk,
    provider,
    model,
    round_index,
    coalesce(prefix_tokens, 0) AS prefix_tokens,
    coalesce(newly_append_tokens, 0) AS append_tokens,
    coalesce(output_tokens, 0) AS output_tokens,
    coalesce(reasoning_output_tokens, 0) AS reasoning_tokens,
    output_is_final
  FROM rounds
  JOIN named USING (session_id) -- leaves out steps without a session
  WHERE provider IS NOT NULL AND round_index IS NOT NULL
)
SELECT
  round_pk,
  session_pk,
  provider,
  round_index,
  prefix_tokens,
  append_tokens,
  output_tokens,
  output_is_final,
  lag(round_index) OVER in_session AS previous_index,
  lag(provider) OVER in_session AS previous_provider,
  lag(model) OVER in_session AS previous_model,
  lag(output_tokens) OVER in_session AS previous_output_tokens,
  lag(reasoning_tokens) OVER in_session AS previous_reasoning_tokens,
  lag(output_is_final) OVER in_session AS previous_output_is_final
FROM steps
WINDOW in_session AS (PARTITION BY session_pk ORDER BY round_index, ingest_seq, round_pk)
