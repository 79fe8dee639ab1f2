-- uses: requests, request_steps
-- merge: all by opening_round_pk
-- The latest output of each request, which ends it.
--
-- Grain:   one row per request in $requests, a list of opening_round_pk joined by commas.
-- Columns: opening_round_pk   the request, by its first step
--          end_type           type of the output; of several at that time the first of the first step
--          end_line           place of its step in the trace, from 1
WITH chosen AS (
  FROM requests
  WHERE opening_round_pk IN (SELECT unnest(string_split(nullif($requests, ''), ','))::BIGINT)
), outputs AS (
  SELECT opening_round_pk, round_pk, event_index, event_type
  FROM chosen
  JOIN request_steps USING (opening_round_pk)
  JOIN timing_events USING (round_pk)
  WHERE epoch_us(timestamp) = end_us AND event_type IN ('reasoning', 'text', 'tool_call')
  QUALIFY row_number() OVER (PARTITION BY opening_round_pk ORDER BY round_pk, event_index) = 1
)
SELECT opening_round_pk, event_type AS end_type, ingest_seq AS end_line
FROM outputs
JOIN rounds USING (round_pk)
ORDER BY opening_round_pk
