-- Two sessions of the same provider and project whose numbers of requests are nearest to one another, and of these the two whose
-- costs differ most. Sessions of fewer than three requests are compared only if there are no others.
--
-- Grain:   one row, or none where no two sessions are of the same provider and project.
-- Columns: a   the cheaper session
--          b   the other one
WITH groups AS (
  SELECT
    provider,
    project,
    requests,
    arg_min(session_id, (cost_nano, session_id)) AS cheapest,
    min(cost_nano) AS least_nano,
    arg_max(session_id, (cost_nano, session_id)) AS dearest,
    max(cost_nano) AS most_nano
  FROM parts
  GROUP BY ALL
), neighbors AS (
  SELECT *, lag(groups) OVER (PARTITION BY provider, project ORDER BY requests) AS before FROM groups
), pairs AS (
  SELECT requests, 0 AS apart, cheapest AS a, dearest AS b, least_nano, most_nano FROM groups WHERE cheapest <> dearest
  UNION ALL
  SELECT before.requests, requests - before.requests, before.cheapest, dearest, before.least_nano, most_nano FROM neighbors WHERE before IS NOT NULL
  UNION ALL
  SELECT before.requests, requests - before.requests, cheapest, before.dearest, least_nano, before.most_nano FROM neighbors WHERE before IS NOT NULL
)
SELECT if(least_nano <= most_nano, a, b) AS a, if(least_nano <= most_nano, b, a) AS b
FROM pairs
ORDER BY
  requests >= 3 DESC,
  apart,
  greatest(least_nano, most_nano)::DOUBLE / nullif(least(least_nano, most_nano), 0) DESC NULLS LAST,
  a,
  b
LIMIT 1
