-- uses: requests, request_steps, request_intervals
-- The gaps of each request, which neither generation nor a tool covers, with the events on either side.
--
-- Parameter: requests   only gaps of these, a list of opening_round_pk joined by commas; NULL for all with a response time above 0
-- Grain:   one row per gap, the five longest of each request (ties: the earlier), longest first; requests in closing order.
-- Columns: opening_round_pk    the request, by its first step
--          provider            of its first step; '<unknown-provider>' when that has none
--          from_us             microseconds from the start of the request to the gap
--          gap_us              its length in microseconds, > 0
--          before, after       the last event at or before it, the first at or after its end, as `type` or `type:tool`. The
--                              request's timed events count, and each call (`tool_emitted`) and return (`tool_returned`) of a
--                              tool; at equal times a logged event comes first, then the later event before the gap and the
--                              earlier one after it; a call is earlier than its return. Without one, `start` and `end`
--          kind_before, kind_after   their types alone
WITH inner_gaps AS (
  SELECT opening_round_pk, idle_from_us AS from_us, from_us AS to_us
  FROM request_intervals
  WHERE from_us > idle_from_us
), last_gaps AS (
  SELECT requests.opening_round_pk, coalesce(max(to_us), start_us) AS from_us, end_us AS to_us
  FROM requests
  LEFT JOIN request_intervals USING (opening_round_pk)
  GROUP BY requests.opening_round_pk, start_us, end_us
  HAVING end_us > coalesce(max(to_us), start_us)
), gaps AS (
  SELECT *, to_us - from_us AS gap_us
  FROM (FROM inner_gaps UNION ALL FROM last_gaps)
  WHERE $requests::VARCHAR IS NULL OR opening_round_pk IN (SELECT unnest(string_split(nullif($requests, ''), ','))::BIGINT)
  QUALIFY row_number() OVER (PARTITION BY opening_round_pk ORDER BY gap_us DESC, from_us) <= 5
), steps AS (
  SELECT round_pk, opening_round_pk
  FROM request_steps
  WHERE opening_round_pk IN (SELECT opening_round_pk FROM gaps)
), logged AS (
  SELECT round_pk, event_index AS place, true AS is_logged, false AS is_return, event_type AS kind, tool_name, epoch_us(timestamp) AS us
  FROM timing_events
), called AS (
  SELECT round_pk, tool_index AS place, false AS is_logged, false AS is_return, 'tool_emitted' AS kind, tool_name, epoch_us(emitted_at) AS us
  FROM tool_calls
), returned AS (
  SELECT round_pk, tool_index AS place, false AS is_logged, true AS is_return, 'tool_returned' AS kind, tool_name, epoch_us(result_at) AS us
  FROM tool_calls
), moments AS (
  SELECT
    opening_round_pk,
    us,
    coalesce(kind, '<no-type>') || coalesce(':' || nullif(tool_name, ''), '') AS label,
    is_logged,
    is_return,
    round_pk,
    place
  FROM (FROM logged UNION ALL FROM called UNION ALL FROM returned)
  JOIN steps USING (round_pk)
  WHERE us IS NOT NULL
), edges AS (
  SELECT
    opening_round_pk,
    from_us,
    to_us,
    max(us) FILTER (us <= from_us) AS before_us,
    min(us) FILTER (us >= to_us) AS after_us
  FROM gaps
  JOIN moments USING (opening_round_pk)
  GROUP BY opening_round_pk, from_us, to_us
), labels AS (
  SELECT
    opening_round_pk,
    us,
    arg_max(label, (is_logged, round_pk, place, is_return, label)) AS last_label,
    arg_min(label, (NOT is_logged, round_pk, place, is_return, label)) AS first_label
  FROM moments
  SEMI JOIN (SELECT opening_round_pk, unnest([before_us, after_us]) AS us FROM edges) AS edge USING (opening_round_pk, us)
  GROUP BY opening_round_pk, us
)
SELECT
  gaps.opening_round_pk,
  coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
  gaps.from_us - start_us AS from_us,
  gap_us,
  coalesce(before.last_label, 'start') AS before,
  coalesce(after.first_label, 'end') AS after,
  regexp_replace(coalesce(before.last_label, 'start'), ':.*', '', 's') AS kind_before,
  regexp_replace(coalesce(after.first_label, 'end'), ':.*', '', 's') AS kind_after
FROM gaps
JOIN requests ON requests.opening_round_pk = gaps.opening_round_pk
LEFT JOIN edges ON edges.opening_round_pk = gaps.opening_round_pk AND edges.from_us = gaps.from_us AND edges.to_us = gaps.to_us
LEFT JOIN labels AS before ON before.opening_round_pk = gaps.opening_round_pk AND before.us = before_us
LEFT JOIN labels AS after ON after.opening_round_pk = gaps.opening_round_pk AND after.us = after_us
WHERE response_us > 0
ORDER BY closing_order, gap_us DESC, from_us
