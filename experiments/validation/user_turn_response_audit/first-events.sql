-- merge: key(provider, event_type) sum(steps)
-- The type of the event that each step lists first.
--
-- Grain:   one row per provider and type, by name; steps without events are left out.
-- Columns: provider      '<unknown-provider>' when missing
--          event_type    '<no-type>' when the first event has none
--          steps
WITH firsts AS (
  SELECT round_pk, arg_min_null(event_type, event_index) AS event_type
  FROM timing_events
  GROUP BY round_pk
)
SELECT
  coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
  coalesce(event_type, '<no-type>') AS event_type,
  count(*) AS steps
FROM firsts
JOIN rounds USING (round_pk)
GROUP BY ALL
ORDER BY ALL
