-- How often each tool was called, and how many of the calls returned an error.
--
-- Grain:   one row per provider, tool and server as in query.sql.
-- Columns: provider, tool, server, calls, errors   as in query.sql
--          first_seen   place of the row by its first call in the pool, which breaks ties
SELECT
  provider,
  tool,
  server,
  sum(calls)::BIGINT AS calls,
  sum(errors)::BIGINT AS errors,
  row_number() OVER (ORDER BY min(first_call)) AS first_seen
FROM parts
GROUP BY provider, tool, server
ORDER BY provider, calls DESC, first_seen
