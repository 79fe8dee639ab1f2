-- When each agent step began, answered and ended, from one pass over its timing events.
--
-- Grain:  one row per row of `rounds` (`round_pk`, unique); a step without timing events has NULL times and false flags.
-- Inputs: rounds, timing_events
-- Times are epoch microseconds in UTC (BIGINT); events without a timestamp don't take part in them.
-- Input events are `user_message`, `tool_result` and `client_message`; output events are `reasoning`, `text` and `tool_call`.
--
--   round_pk                     the step
--   first_event_type             type of the event listed first, whether or not it has a timestamp: what triggered the step.
--                                A client_message comes along with something else, so it is passed over
--   first_listed_us              time of the first event in list order that has one (not always the earliest)
--   first_us, last_us            earliest and latest time over events of any type
--   first_output_us              earliest output event
--   last_output_us               latest output event
--   last_input_before_output_us  latest input event at or before first_output_us; NULL when there is none
--   last_usage_report_us         latest usage_report
--   first_user_message_us        earliest user_message
--   request_start_us             latest user message at or before first_output_us; a step that has one starts a request
--   generation_us                last_output_us - last_input_before_output_us when positive, else NULL
--   has_user_message             some event is a user_message, with or without a timestamp
--   has_tool_result              some event is a tool_result, with or without a timestamp
--   explicit_compaction          some event's type or source speaks of compaction ("compact" in any case)
WITH events AS (
  SELECT
    round_pk,
    event_index,
    event_type,
    epoch_us(timestamp) AS us,
    event_type = 'user_message' AS is_user_message,
    event_type = 'tool_result' AS is_tool_result,
    event_type = 'client_message' AS is_client_message,
    event_type IN ('reasoning', 'text', 'tool_call') AS is_output,
    contains(lower(event_type), 'compact') OR contains(lower(source), 'compact') AS is_compaction
  FROM timing_events
), step_events AS (
  SELECT
    round_pk,
    arg_min_null(event_type, event_index) FILTER (is_client_message IS DISTINCT FROM true) AS first_event_type,
    arg_min(us, event_index) AS first_listed_us, -- skips events without a time
    min(us) AS first_us,
    max(us) AS last_us,
    min(us) FILTER (is_output) AS first_output_us,
    max(us) FILTER (is_output) AS last_output_us,
    max(us) FILTER (event_type = 'usage_report') AS last_usage_report_us,
    min(us) FILTER (is_user_message) AS first_user_message_us,
    list(us) FILTER (is_user_message) AS user_message_us,
    list(us) FILTER (is_tool_result OR is_client_message) AS other_input_us,
    bool_or(is_user_message) AS has_user_message,
    bool_or(is_tool_result) AS has_tool_result,
    bool_or(is_compaction) AS explicit_compaction
  FROM events
  GROUP BY round_pk
), inputs_before_output AS (
  SELECT
    *,
    list_max(list_filter(user_message_us, lambda us: us <= first_output_us)) AS request_start_us,
    list_max(list_filter(other_input_us, lambda us: us <= first_output_us)) AS last_other_input_before_output_us
  FROM step_events
)
SELECT
  round_pk,
  first_event_type,
  first_listed_us,
  first_us,
  last_us,
  first_output_us,
  last_output_us,
  last_usage_report_us,
  first_user_message_us,
  greatest(request_start_us, last_other_input_before_output_us) AS last_input_before_output_us, -- ignores NULLs
  request_start_us,
  CASE WHEN last_output_us > last_input_before_output_us THEN last_output_us - last_input_before_output_us END AS generation_us,
  coalesce(has_user_message, false) AS has_user_message,
  coalesce(has_tool_result, false) AS has_tool_result,
  coalesce(explicit_compaction, false) AS explicit_compaction
FROM rounds
LEFT JOIN inputs_before_output USING (round_pk)
