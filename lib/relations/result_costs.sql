-- uses: carried_results, cleared_results, context_parts, rent
-- What each tool result costs from the step that sees it first until it leaves the context.
--
-- Grain:  one row per row of `carried_results` (`call_round_pk, tool_index`, unique).
-- Tokens and costs are allocated, not measured: a result has its share of the growth of its step.
--
--   call_round_pk, tool_index, call_no, session_pk, provider, tool, is_error, result_chars, into_round_pk, is_base, offered_tokens,
--   carried_tokens       of `carried_results`
--   step                 the step that sees it first, within its session
--   ride_steps           later steps that read it again
--   ended_by             'reset' of the context, 'micro_compact' or 'session_end'
--   cost_nano            carried_tokens * what one token costs until it leaves, nano-dollars; DOUBLE, NULL without a price
WITH last_segments AS (
  SELECT session_pk, max(segment) AS last_segment
  FROM rent
  GROUP BY session_pk
)
SELECT
  carried_results.* EXCLUDE (ride_steps, rent_nano),
  step,
  coalesce(steps_before, carried_results.ride_steps) AS ride_steps,
  CASE
    WHEN cleared_round_pk IS NOT NULL THEN 'micro_compact'
    WHEN segment < last_segment THEN 'reset'
    ELSE 'session_end'
  END AS ended_by,
  carried_tokens * (carried_results.rent_nano - coalesce(spared_nano, 0)) AS cost_nano
FROM carried_results
JOIN context_parts ON context_parts.round_pk = into_round_pk
LEFT JOIN last_segments USING (session_pk)
LEFT JOIN cleared_results USING (call_round_pk, tool_index)
