-- uses: cost_parts
-- merge: key(logged, inferred) sum(sessions, tokens, low_nano, high_nano)
-- Lifetimes of cache writes as logged and as inferred, of sessions whose model bills writes by lifetime.
--
-- Grain:   one row per pair.
-- Params:  $month   only steps of this month, as 2026-01; NULL: all
-- Columns: logged, inferred   as in cost_parts
--          sessions
--          tokens             written to the cache
--          low_nano, high_nano   what the writes cost at least and at most, in nano-dollars
SELECT
  logged,
  inferred,
  count(DISTINCT (provider, session_id)) AS sessions,
  sum(write_5m_tokens + write_1h_tokens + write_unknown_tokens) AS tokens,
  sum(write_5m_nano + write_1h_nano + write_unknown_nano) AS low_nano,
  low_nano + sum(write_1h_open_nano + write_unknown_open_nano) AS high_nano
FROM cost_parts
WHERE session_id IS NOT NULL AND lifetime_input_nano > 0 AND ($month::VARCHAR IS NULL OR month = $month)
GROUP BY logged, inferred
