-- uses: step_times, context_growth
-- The tokens of each step, and for steps that a user began the size and end of the step before.
--
-- Grain:   one row per step, in file order (sums of dollars depend on it in their last digits).
-- Inputs:  rounds, timing_events, tool_calls, step_times, context_growth
-- A session is a session_id, whatever the provider; the step before is the one before it in the file.
-- Columns (tokens; missing counts are 0)
--          provider, model           NULL when unknown
--          is_user                   the first timing event is a user message
--          prefix_tokens, append_tokens, output_tokens
--          cache_write_tokens        the part of append that is written to the cache
--          previous_total_tokens     prefix + append of the step before; NULL without one, and for steps that no user began
--          gap_s                     seconds from the latest time of the step before (events, calls, results) to the first
--                                    event, or the earliest time of the step where that has none; NULL when unknown or negative
WITH call_times AS (
  SELECT
    round_pk,
    least(min(epoch_us(emitted_at)), min(epoch_us(result_at))) AS first_us,
    greatest(max(epoch_us(emitted_at)), max(epoch_us(result_at))) AS last_us
  FROM tool_calls
  GROUP BY round_pk
), first_events AS (
  SELECT round_pk, epoch_us(timestamp) AS us
  FROM timing_events
  WHERE event_index = 1
), activity AS (
  SELECT
    step_times.round_pk,
    coalesce(first_events.us, least(step_times.first_us, call_times.first_us)) AS start_us, -- least and greatest ignore NULLs
    greatest(step_times.last_us, call_times.last_us) AS last_us
  FROM step_times
  LEFT JOIN call_times USING (round_pk)
  LEFT JOIN first_events USING (round_pk)
), returns AS (
  SELECT
    growth.round_pk,
    previous_total_tokens,
    CASE WHEN step.start_us >= previous.last_us THEN (step.start_us - previous.last_us) / 1e6 END AS gap_s
  FROM context_growth AS growth
  JOIN activity AS step USING (round_pk)
  JOIN activity AS previous ON previous.round_pk = previous_round_pk
  WHERE trigger = 'user'
)
SELECT
  provider,
  model,
  coalesce(first_event_type = 'user_message', false) AS is_user,
  coalesce(prefix_tokens, 0) AS prefix_tokens,
  coalesce(newly_append_tokens, 0) AS append_tokens,
  coalesce(output_tokens, 0) AS output_tokens,
  coalesce(claude_cache_creation_input_tokens, 0) AS cache_write_tokens,
  previous_total_tokens,
  gap_s
FROM rounds
JOIN step_times USING (round_pk)
LEFT JOIN returns USING (round_pk)
ORDER BY round_pk
