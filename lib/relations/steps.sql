-- uses: step_times, request_steps_all
-- Agent steps in the order of their sessions, with their times, tokens and neighbors: what most questions begin with.
--
-- Grain:  one row per step of a named session; the empty name is none (`round_pk`, unique).
-- Inputs: rounds, round_details, step_times, request_steps_all
-- A session is a session_id and its order is file order (`round_pk`), unlike in `step_idle` and `session_neighbors_any_index`,
-- which order the steps of a (provider, session_id) by round_index. Copies of responses are as the pool has them.
--
--   round_pk, session_id              the step
--   session_pk                        first step of the session, a key that is compared faster than a text
--   person                            the column `user`, as it is
--   provider, model                   '<unknown-provider>', '<unknown-model>' when missing or empty
--   step                              1, 2, … within the session
--   previous_round_pk, next_round_pk  its neighbors in the session; NULL at the ends
--   request_us, request_no            of `request_steps_all`, not the published rule
--   first_us, last_us, last_output_us, last_input_before_output_us, generation_us
--                                     of `step_times`: epoch microseconds, and microseconds
--   prefix_tokens                     input read from the cache; this and all other counts are 0 when missing or negative
--   append_tokens                     new input
--   write_tokens                      the part of append_tokens that is billed as a cache write
--   context_tokens                    prefix_tokens + append_tokens
--   output_tokens                     reasoning included
--   reasoning_tokens                  the part of output_tokens that is reasoning, as logged
--   user_message_chars                characters of user messages that came with the step
WITH counted AS (
  SELECT
    round_pk,
    "user" AS person,
    coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
    coalesce(nullif(model, ''), '<unknown-model>') AS model,
    greatest(prefix_tokens, 0) AS prefix_tokens, -- ignores NULLs, here and below
    greatest(newly_append_tokens, 0) AS append_tokens,
    -- Claude has the writes in the row, Codex in the details.
    least(greatest(coalesce(claude_cache_creation_input_tokens, cache_write_tokens), 0), append_tokens) AS write_tokens,
    greatest(output_tokens, 0) AS output_tokens,
    greatest(reasoning_output_tokens, 0) AS reasoning_tokens,
    greatest(current_user_message_chars, 0) AS user_message_chars
  FROM rounds
  LEFT JOIN round_details USING (round_pk)
  WHERE session_id <> ''
)
SELECT
  round_pk,
  session_id,
  session_pk,
  person,
  provider,
  model,
  step,
  previous_round_pk,
  next_round_pk,
  request_us,
  request_no,
  first_us,
  last_us,
  last_output_us,
  last_input_before_output_us,
  generation_us,
  prefix_tokens,
  append_tokens,
  write_tokens,
  prefix_tokens + append_tokens AS context_tokens,
  output_tokens,
  reasoning_tokens,
  user_message_chars
FROM counted
JOIN step_times USING (round_pk)
JOIN request_steps_all USING (round_pk)
