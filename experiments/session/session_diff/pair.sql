-- uses: session_facts
-- Two sessions that are worth comparing; the parts of it that pair.merge.sql makes one row of.
--
-- Grain:   two rows at most per provider, project and number of requests: its cheapest and its most expensive session.
-- Columns: provider, project, requests, session_id
--          cost_nano   its cost; 0 without a price
SELECT provider, project, requests, session_id, coalesce(cost_nano, 0)::HUGEINT AS cost_nano
FROM session_facts
WINDOW alike AS (PARTITION BY provider, project, requests)
QUALIFY row_number() OVER (alike ORDER BY cost_nano NULLS FIRST, session_id) = 1
  OR row_number() OVER (alike ORDER BY cost_nano DESC NULLS LAST, session_id DESC) = 1
