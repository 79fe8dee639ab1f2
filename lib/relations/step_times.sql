-- When each step began, answered and ended: all that questions ask of the times of its events.
--
-- Grain:  one row per row of `rounds` (`round_pk`, unique); a step without timing events has NULL times and false flags.
-- Inputs: rounds, timing_events
-- Times are epoch microseconds in UTC (BIGINT), or milliseconds; events without a timestamp don't take part in them.
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
-- What is around reasoning, calls and results, for `observed_spans`, `timing_segments` and `step_idle`:
--   last_reasoning_us            latest reasoning
--   first_visible_us, last_visible_us    earliest and latest text or tool_call
--   last_call_us                 latest tool_call
--   first_other_index            place of the first event that is not a tool_result; NULL for none
--   has_reasoning_event          some event is reasoning, with or without a timestamp
--   input_before_call_us, input_before_reasoning_us
--                                latest input event at or before last_call_us, last_reasoning_us
--   is_result_before_call, is_result_before_reasoning
--                                whether these are a tool_result; of equally late events the one listed first is the latest
--   input_before_output_ms, input_before_reasoning_ms
--                                latest input event in milliseconds, at or before first_output_us and last_reasoning_us in milliseconds
WITH events AS (
  SELECT
    round_pk,
    event_index,
    event_type,
    epoch_us(timestamp) AS us,
    event_type = 'user_message' AS is_user_message,
    event_type = 'reasoning' AS is_reasoning,
    event_type IN ('text', 'tool_call') AS is_visible,
    contains(lower(event_type), 'compact') OR contains(lower(source), 'compact') AS is_compaction
  FROM timing_events
), marks AS (
  SELECT
    round_pk,
    arg_min_null(event_type, event_index) FILTER (event_type IS DISTINCT FROM 'client_message') AS first_event_type,
    arg_min(us, event_index) AS first_listed_us, -- skips events without a time
    min(us) AS first_us,
    max(us) AS last_us,
    max(us) FILTER (event_type = 'usage_report') AS last_usage_report_us,
    min(us) FILTER (is_user_message) AS first_user_message_us,
    max(us) FILTER (is_reasoning) AS last_reasoning_us,
    min(us) FILTER (is_visible) AS first_visible_us,
    max(us) FILTER (is_visible) AS last_visible_us,
    min(event_index) FILTER (event_type IS DISTINCT FROM 'tool_result') AS first_other_index,
    least(min(us) FILTER (is_reasoning), first_visible_us) AS first_output_us, -- ignores NULLs, here and below
    greatest(last_reasoning_us, last_visible_us) AS last_output_us,
    max(us) FILTER (event_type = 'tool_call') AS last_call_us,
    bool_or(is_user_message) AS has_user_message,
    bool_or(event_type = 'tool_result') AS has_tool_result,
    bool_or(is_reasoning) AS has_reasoning_event,
    bool_or(is_compaction) AS explicit_compaction
  FROM events
  GROUP BY round_pk
), inputs AS (
  SELECT
    round_pk,
    epoch_us(timestamp) AS us,
    us // 1000 AS ms,
    event_type = 'user_message' AS is_user_message,
    -- By time, then the one listed first: as one number, which is compared faster than a list.
    (us::HUGEINT * 4294967296 - event_index) * 2 + (event_type = 'tool_result')::INTEGER AS place,
    first_output_us,
    last_call_us,
    last_reasoning_us
  FROM timing_events
  JOIN marks USING (round_pk)
  WHERE event_type IN ('user_message', 'tool_result', 'client_message') AND timestamp IS NOT NULL AND first_output_us IS NOT NULL
), latest_inputs AS (
  SELECT
    round_pk,
    max(us) FILTER (us <= first_output_us) AS last_input_before_output_us,
    max(us) FILTER (us <= first_output_us AND is_user_message) AS request_start_us,
    max(us) FILTER (us <= last_call_us) AS input_before_call_us,
    max(us) FILTER (us <= last_reasoning_us) AS input_before_reasoning_us,
    (max(place) FILTER (us <= last_call_us) & 1) = 1 AS is_result_before_call,
    (max(place) FILTER (us <= last_reasoning_us) & 1) = 1 AS is_result_before_reasoning,
    max(ms) FILTER (ms <= first_output_us // 1000) AS input_before_output_ms,
    max(ms) FILTER (ms <= last_reasoning_us // 1000) AS input_before_reasoning_ms
  FROM inputs
  GROUP BY round_pk
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
  last_input_before_output_us,
  request_start_us,
  CASE WHEN last_output_us > last_input_before_output_us THEN last_output_us - last_input_before_output_us END AS generation_us,
  coalesce(has_user_message, false) AS has_user_message,
  coalesce(has_tool_result, false) AS has_tool_result,
  coalesce(explicit_compaction, false) AS explicit_compaction,
  last_reasoning_us,
  first_visible_us,
  last_visible_us,
  last_call_us,
  first_other_index,
  coalesce(has_reasoning_event, false) AS has_reasoning_event,
  input_before_call_us,
  input_before_reasoning_us,
  is_result_before_call,
  is_result_before_reasoning,
  input_before_output_ms,
  input_before_reasoning_ms
FROM rounds
LEFT JOIN marks USING (round_pk)
LEFT JOIN latest_inputs USING (round_pk)
