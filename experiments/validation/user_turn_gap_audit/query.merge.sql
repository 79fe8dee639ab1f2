-- How much of each request is covered by generation and tools.
--
-- Grain:   one row per request, in closing order.
-- Parameter: top   only so many audited requests, those with the largest residual; NULL for all requests
-- Columns: as in query.sql
SELECT *
FROM parts
QUALIFY
  $top::BIGINT IS NULL
  OR (fate = 'audited' AND row_number() OVER (PARTITION BY fate ORDER BY residual_wall_us DESC, closing_order) <= $top)
ORDER BY closing_order
