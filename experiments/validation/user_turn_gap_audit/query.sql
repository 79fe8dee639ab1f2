-- uses: requests, request_steps, request_intervals, step_times
-- How much of each request is covered by generation and tools.
--
-- Grain:   one row per request.
-- Parameter: top   only so many audited requests, those with the largest residual; NULL for all requests
-- Columns (microseconds unless said otherwise)
--          opening_round_pk    the request, by its first step
--          closing_order       as in requests
--          session_id          its session
--          provider            of its first step; '<unknown-provider>' when that has none
--          line                place of its first step in the trace, from 1
--          response_us         from the user's message to the last output before the next request
--          steps, tool_calls   how many steps and calls it has
--          generation_us       generation spans within the request, added up
--          tool_wall_us        waits for tools within the request, added up, also where they overlap
--          covered_us          time during which a generation span or a wait was in progress
--          uncovered_us        time during which none was: before, between and after them
--          effective_ms        duration reported by each tool if positive, else its wall time if positive; not cut to the request
--          overlap_us          generation and waits beyond the time that they cover, because activities overlap
--          residual_wall_us, residual_effective_us
--                              response time minus generation and waits, or minus generation and effective time. Tools that ran past the
--                              request count in full in the latter, so it can be far below zero
--          fate                'audited' with a response time above 0, else 'no_end' or 'no_time'
--          residual_identity, covered_and_uncovered, covered_within_parts
--                              `line` where the check of that name fails
--          usage_lag_line      `line` where there is a lag
--          usage_lag_us        from the last output of a step to its usage report where that is later, over all steps
WITH covered AS (
  SELECT
    opening_round_pk,
    sum(to_us - from_us) FILTER (kind = 'generation') AS generation_us,
    sum(to_us - from_us) FILTER (kind = 'tool') AS tool_wall_us,
    sum(greatest(to_us - greatest(from_us, idle_from_us), 0)) AS covered_us,
    sum(greatest(from_us - idle_from_us, 0)) - max(to_us) AS idle_less_end_us
  FROM request_intervals
  GROUP BY opening_round_pk
), step_calls AS (
  SELECT
    round_pk,
    sum(CASE WHEN tool_internal_latency_ms > 0 THEN tool_internal_latency_ms WHEN tool_wall_latency_ms > 0 THEN tool_wall_latency_ms END)
      AS effective_ms
  FROM tool_calls
  GROUP BY round_pk
), apart AS (
  SELECT
    opening_round_pk,
    sum(effective_ms) AS effective_ms,
    sum(greatest(last_usage_report_us - last_output_us, 0)) AS usage_lag_us
  FROM request_steps
  JOIN step_times USING (round_pk)
  LEFT JOIN step_calls USING (round_pk)
  GROUP BY opening_round_pk
), openings AS (
  SELECT round_pk AS opening_round_pk, ingest_seq AS line
  FROM rounds
), account AS (
  SELECT
    opening_round_pk,
    session_id,
    coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
    line,
    response_us,
    closing_order,
    coalesce(idle_less_end_us + end_us, greatest(response_us, 0))::BIGINT AS uncovered_us, -- a request without intervals is uncovered from end to end
    steps,
    tool_calls,
    coalesce(COLUMNS(['generation_us', 'tool_wall_us', 'covered_us', 'effective_ms', 'usage_lag_us']), 0)::BIGINT
  FROM requests
  JOIN openings USING (opening_round_pk)
  JOIN apart USING (opening_round_pk)
  LEFT JOIN covered USING (opening_round_pk)
), measured AS (
  SELECT
    *,
    1000 * effective_ms AS effective_us,
    greatest(generation_us + tool_wall_us - covered_us, 0) AS overlap_us,
    response_us - generation_us - tool_wall_us AS residual_wall_us,
    response_us - generation_us - 1000 * effective_ms AS residual_effective_us,
    CASE WHEN response_us > 0 THEN 'audited' WHEN response_us IS NULL THEN 'no_end' ELSE 'no_time' END AS fate
  FROM account
)
SELECT
  *,
  CASE WHEN residual_wall_us <> uncovered_us - overlap_us THEN line END AS residual_identity,
  CASE WHEN covered_us + uncovered_us <> response_us THEN line END AS covered_and_uncovered,
  CASE WHEN covered_us < 0 OR covered_us > generation_us + tool_wall_us THEN line END AS covered_within_parts,
  CASE WHEN usage_lag_us > 0 THEN line END AS usage_lag_line
FROM measured
QUALIFY
  $top::BIGINT IS NULL
  OR (fate = 'audited' AND row_number() OVER (PARTITION BY fate ORDER BY residual_wall_us DESC, closing_order) <= $top)
