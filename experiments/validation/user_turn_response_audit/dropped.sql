-- uses: requests
-- merge: top 20 by closing_order
-- Requests that give no sample of the response time: the first 20 in closing order.
--
-- Grain:   one row per request.
-- Columns: reason        'no_output' or 'nonpositive'
--          provider      '<unknown-provider>' when missing
--          session_id    of the request
--          line          place of its first step in the trace, from 1
--          row_id        round_id of that step; `line:<line>` when it has none
--          start         when the user's message came, ISO 8601 in UTC
--          events        event types of that step in list order, joined by spaces
--          closing_order as in requests
WITH dropped AS (
  FROM requests
  WHERE response_us IS NULL OR response_us <= 0
  ORDER BY closing_order
  LIMIT 20
), events AS (
  SELECT opening_round_pk, string_agg(coalesce(event_type, '<no-type>'), ' ' ORDER BY event_index) AS events
  FROM dropped
  JOIN timing_events ON round_pk = opening_round_pk
  GROUP BY opening_round_pk
), openings AS (
  SELECT round_pk AS opening_round_pk, ingest_seq AS line, round_id
  FROM rounds
)
SELECT
  CASE WHEN response_us IS NULL THEN 'no_output' ELSE 'nonpositive' END AS reason,
  coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
  session_id,
  line,
  coalesce(nullif(round_id, ''), 'line:' || line) AS row_id,
  strftime(make_timestamp(start_us), '%Y-%m-%dT%H:%M:%S.%fZ') AS start,
  events,
  closing_order
FROM dropped
JOIN openings USING (opening_round_pk)
JOIN events USING (opening_round_pk)
ORDER BY closing_order
