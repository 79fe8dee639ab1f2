-- uses: cost_parts
-- merge: key(bin) sum(sessions, hour_sessions, observed_nano, all_5m_nano, all_1h_nano)
-- For how many sessions which lifetime of cache writes is cheaper, by how much of their context returns after a pause.
--
-- Grain:   one row per bin of sessions whose model bills writes by lifetime.
-- Params:  $ttl, $month   as in sessions.sql
-- Money is in nano-dollars; input only, of these models.
-- Columns: bin            0: nothing returns; else the share of returning tokens in these and the tokens written, in tenths, rounded up
--          sessions       sessions
--          hour_sessions  those for which all writes for an hour are cheaper than all for 5 minutes
--          observed_nano, all_5m_nano, all_1h_nano   best estimate, and with each lifetime
WITH sessions AS (
  SELECT
    sum(returning_tokens) AS returned,
    sum(all_1h_write_tokens) AS written,
    sum(all_5m_nano) AS all_5m_nano,
    sum(all_1h_nano) AS all_1h_nano,
    sum(
      lifetime_input_nano + write_1h_open_nano
      + if($ttl = '1h' OR ($ttl = 'auto' AND inferred = '1h'), write_unknown_open_nano, 0)
    ) AS observed_nano
  FROM cost_parts
  WHERE session_id IS NOT NULL AND lifetime_input_nano > 0 AND ($month::VARCHAR IS NULL OR month = $month)
  GROUP BY provider, session_id
)
SELECT
  CASE WHEN returned = 0 THEN 0 ELSE ceil(10 * returned / (returned + written)) END AS bin,
  count(*) AS sessions,
  count(*) FILTER (all_1h_nano < all_5m_nano) AS hour_sessions,
  sum(observed_nano) AS observed_nano,
  sum(all_5m_nano) AS all_5m_nano,
  sum(all_1h_nano) AS all_1h_nano
FROM sessions
GROUP BY bin
