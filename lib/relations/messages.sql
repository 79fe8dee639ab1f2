-- uses: steps, step_times
-- Messages of the user's side, typed or written by the client, and what comes before and after them in their step.
--
-- Grain:  one row per such message of a step of a named session (`round_pk, event_index`, unique).
-- Inputs: timing_events, round_details, steps, step_times
--
--   round_pk, event_index   the message
--   session_pk, provider    of its step, as in `steps`
--   us                      epoch microseconds; NULL when unknown
--   content_chars           as logged
--   speaker                 who it is from, as collected; NULL when unknown
--   is_typed                the reading takes it for a person's: always in the published reading
--   is_followed             a typed message comes later in the step
--   is_after_result, is_after_error
--                           a tool result comes before it in the step, and one that is an error
--   is_after_output         the model had written something in the step by then
WITH around AS (
  SELECT
    round_pk,
    max(event_index) FILTER (event_type = 'user_message') AS last_typed,
    min(event_index) FILTER (event_type = 'tool_result') AS first_result,
    min(event_index) FILTER (event_type = 'tool_result' AND is_error) AS first_error
  FROM timing_events
  WHERE event_type IN ('user_message', 'client_message', 'tool_result')
  GROUP BY round_pk
  HAVING bool_or(event_type <> 'tool_result')
), spoken AS (
  SELECT
    round_pk,
    event_index,
    event_type = 'user_message' AS is_typed,
    epoch_us(timestamp) AS us,
    content_chars,
    row_number() OVER (PARTITION BY round_pk ORDER BY event_index) AS place
  FROM timing_events
  WHERE event_type IN ('user_message', 'client_message')
)
SELECT
  round_pk,
  event_index,
  session_pk,
  steps.provider,
  us,
  content_chars,
  nullif(string_split(speakers, ' ')[place], '') AS speaker,
  is_typed,
  coalesce(last_typed > event_index, false) AS is_followed,
  coalesce(first_result < event_index, false) AS is_after_result,
  coalesce(first_error < event_index, false) AS is_after_error,
  coalesce(us > first_output_us, false) AS is_after_output
FROM spoken
JOIN around USING (round_pk)
JOIN steps USING (round_pk)
JOIN step_times USING (round_pk)
LEFT JOIN round_details USING (round_pk)
