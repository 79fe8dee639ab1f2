-- Each agent step together with the step before it in the same session, whatever their round indexes are:
-- holes and repeated indexes are accepted, unlike in relations that ask for consecutive indexes.
--
-- Grain:  one row per couple of neighbors (previous, next); the first step of a session has no row.
-- Inputs: rounds, step_times
-- uses:   step_times
-- A session is (provider, session_id). Its steps are ordered by round index, then time, then file order; steps without
-- provider, session, round index or any timestamp don't take part. Missing token counts are 0.
--
--   provider                provider of both steps
--   session_seq             ingest_seq of the session's first step in the file: orders sessions by first appearance
--   pair_seq                1-based position of the couple in its session
--   previous_model          model of the previous step; NULL when unknown
--   previous_input_tokens   whole input (prefix + append) of the previous step
--   previous_output_tokens  output of the previous step, reasoning included; NULL when its count is not final
--   next_input_type         type of the next step's first input event, e.g. `tool_result`; NULL when unknown
--   next_prefix_tokens      cached input of the next step
--   next_append_tokens      new input of the next step
--   gap_s                   seconds from the end of the previous step (its latest output event; without one the time that is
--                           listed first) to the time listed first in the next step; negative when they overlap
WITH timed_steps AS (
  SELECT
    provider,
    session_id,
    round_index,
    ingest_seq,
    model,
    first_input_event_type,
    coalesce(input_tokens_total, 0) AS input_tokens,
    CASE WHEN output_is_final THEN coalesce(output_tokens, 0) END AS output_tokens,
    coalesce(prefix_tokens, 0) AS prefix_tokens,
    coalesce(newly_append_tokens, 0) AS append_tokens,
    first_listed_us AS start_us,
    coalesce(last_output_us, first_listed_us) AS end_us
  FROM rounds
  JOIN step_times USING (round_pk)
  WHERE provider IS NOT NULL AND session_id IS NOT NULL AND round_index IS NOT NULL AND first_listed_us IS NOT NULL
), neighbors AS (
  SELECT
    provider,
    min(ingest_seq) OVER (PARTITION BY provider, session_id) AS session_seq,
    row_number() OVER session_order - 1 AS pair_seq,
    lag(model) OVER session_order AS previous_model,
    lag(input_tokens) OVER session_order AS previous_input_tokens,
    lag(output_tokens) OVER session_order AS previous_output_tokens,
    first_input_event_type AS next_input_type,
    prefix_tokens AS next_prefix_tokens,
    append_tokens AS next_append_tokens,
    (start_us - lag(end_us) OVER session_order) / 1e6 AS gap_s
  FROM timed_steps
  WINDOW session_order AS (PARTITION BY provider, session_id ORDER BY round_index, start_us, ingest_seq)
)
FROM neighbors
WHERE pair_seq > 0
