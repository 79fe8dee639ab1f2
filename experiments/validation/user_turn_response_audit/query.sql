-- uses: step_times
-- merge: key(provider)
-- merge: sum(visible, triggers, missing_session, no_parseable_user_timestamp, no_model_output, user_after_first_model_output)
-- The steps that show a user message: how many open a request, and why the others do not.
--
-- Grain:   one row per provider with steps that show a user message, by name.
-- Columns: provider                        '<unknown-provider>' when missing
--          visible                         steps with an event of type user_message, timed or not
--          triggers                        of them: a message came at or before the first output, and the step has a session
--          missing_session                 the same, but the step has no session
--          no_parseable_user_timestamp     no message has a time
--          no_model_output                 a message has a time, no output has
--          user_after_first_model_output   every timed message came after the first output
WITH messages AS (
  SELECT round_pk, bool_or(timestamp IS NOT NULL) AS is_timed
  FROM timing_events
  WHERE event_type = 'user_message'
  GROUP BY round_pk
), shown AS (
  SELECT
    coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
    session_id IS NOT NULL AS has_session,
    is_timed,
    request_start_us IS NOT NULL AS is_answered,
    first_output_us IS NOT NULL AS has_output
  FROM messages
  JOIN rounds USING (round_pk)
  JOIN step_times USING (round_pk)
)
SELECT
  provider,
  count(*) AS visible,
  count(*) FILTER (is_answered AND has_session) AS triggers,
  count(*) FILTER (is_answered AND NOT has_session) AS missing_session,
  count(*) FILTER (NOT is_timed) AS no_parseable_user_timestamp,
  count(*) FILTER (is_timed AND NOT has_output) AS no_model_output,
  count(*) FILTER (is_timed AND has_output AND NOT is_answered) AS user_after_first_model_output
FROM shown
GROUP BY provider
ORDER BY provider
