-- uses: tool_latencies
-- The tool calls of each agent step, added up; calls that ran side by side count in full.
--
-- Grain:  one row per row of `rounds` (`round_pk`, unique); zeros for a step without calls.
--
--   round_pk       the step
--   tool_calls     number of calls
--   effective_s    sum of positive effective latencies in seconds, call by call as doubles (as published tables do it)
--   calls_from_us, calls_to_us    earliest and latest time of its calls and results, epoch microseconds; NULL without
--   wall_s         sum of positive wall latencies, likewise
WITH per_step AS (
  SELECT
    round_pk,
    list_sort(list({ 'place': tool_index, 'effective_s': effective_ms / 1e3, 'wall_s': wall_ms / 1e3 })) AS calls,
    least(min(epoch_us(emitted_at)), min(epoch_us(result_at))) AS calls_from_us, -- ignores NULLs, here and below
    greatest(max(epoch_us(emitted_at)), max(epoch_us(result_at))) AS calls_to_us
  FROM tool_latencies
  GROUP BY round_pk
), positive AS (
  SELECT
    round_pk,
    len(calls) AS tool_calls,
    calls_from_us,
    calls_to_us,
    list_transform(list_filter(calls, lambda call: call.effective_s > 0), lambda call: call.effective_s) AS effective_s,
    list_transform(list_filter(calls, lambda call: call.wall_s > 0), lambda call: call.wall_s) AS wall_s
  FROM per_step
)
SELECT
  round_pk,
  coalesce(tool_calls, 0) AS tool_calls,
  calls_from_us,
  calls_to_us,
  coalesce(list_sum(effective_s), 0) AS effective_s,
  coalesce(list_sum(wall_s), 0) AS wall_s
FROM rounds
LEFT JOIN positive USING (round_pk)
