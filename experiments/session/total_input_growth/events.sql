-- uses: context_growth
-- merge: top $limit by
-- merge:   if($in_file_order, NULL, provider), if($in_file_order, NULL, trigger), if($in_file_order, NULL, session_id), current_line_number
-- The steps whose change of total input falls into the given buckets, with what was sent before and after.
--
-- Grain:   one row per step of context_growth in one of the buckets.
-- Inputs:  rounds, timing_events, context_growth
--          $buckets          JSON list of {bucket, lowest, highest}: ranges of raw_delta_tokens, both ends included
--          $in_file_order    true: in file order; false: by provider, trigger and session, then in file order
--          $limit            most rows, NULL for all
-- Columns: provider ('unknown' when the step has none), trigger ('user', 'tool_result'), bucket
--          raw_delta_tokens, reduction_tokens    change of total input; its size where it is a reduction, else 0
--          session_id, *_round_index, *_model, *_trace_key    of the step (current_*) and the one before it (previous_*)
--          *_total_input_tokens, *_prefix_tokens, *_newly_append_tokens, prefix_delta_tokens, append_delta_tokens    missing tokens are 0
--          *_first_event_type, *_timestamp    of the timing event listed first; UTC, cut to milliseconds
--          *_line_number    round_pk: place in the trace, from 1
WITH buckets AS (
  SELECT unnest(from_json($buckets, '[{"bucket": "VARCHAR", "lowest": "BIGINT", "highest": "BIGINT"}]'), recursive := true)
), placed AS (
  FROM context_growth
  JOIN buckets ON delta_tokens BETWEEN lowest AND highest
), chosen AS ( -- before the wide columns are there; without a limit nothing is sorted
  FROM placed
  WHERE $limit IS NULL
  UNION ALL
  FROM placed
  WHERE $limit IS NOT NULL
  QUALIFY
    row_number() OVER (
      ORDER BY
        if($in_file_order, NULL, coalesce(nullif(provider, ''), 'unknown')),
        if($in_file_order, NULL, trigger),
        if($in_file_order, NULL, session_id),
        round_pk
    ) <= $limit
), steps AS (
  SELECT
    rounds.round_pk,
    round_index,
    model,
    trace_key,
    coalesce(prefix_tokens, 0) AS prefix_tokens,
    coalesce(newly_append_tokens, 0) AS append_tokens,
    event_type AS first_event_type,
    strftime(timestamp, '%Y-%m-%dT%H:%M:%S.%gZ') AS first_event_time
  FROM rounds
  LEFT JOIN timing_events ON timing_events.round_pk = rounds.round_pk AND event_index = 1
)
SELECT
  coalesce(nullif(provider, ''), 'unknown') AS provider,
  trigger,
  bucket,
  delta_tokens AS raw_delta_tokens,
  greatest(-delta_tokens, 0) AS reduction_tokens,
  session_id,
  previous.round_index AS previous_round_index,
  step.round_index AS current_round_index,
  previous_total_tokens AS previous_total_input_tokens,
  total_tokens AS current_total_input_tokens,
  previous.prefix_tokens AS previous_prefix_tokens,
  step.prefix_tokens AS current_prefix_tokens,
  step.prefix_tokens - previous.prefix_tokens AS prefix_delta_tokens,
  previous.append_tokens AS previous_newly_append_tokens,
  step.append_tokens AS current_newly_append_tokens,
  step.append_tokens - previous.append_tokens AS append_delta_tokens,
  previous.first_event_type AS previous_first_event_type,
  step.first_event_type AS current_first_event_type,
  previous.model AS previous_model,
  step.model AS current_model,
  previous.first_event_time AS previous_timestamp,
  step.first_event_time AS current_timestamp,
  previous.trace_key AS previous_trace_key,
  step.trace_key AS current_trace_key,
  previous.round_pk AS previous_line_number,
  step.round_pk AS current_line_number
FROM chosen
JOIN steps AS step ON step.round_pk = chosen.round_pk
JOIN steps AS previous ON previous.round_pk = chosen.previous_round_pk
