-- uses: steps, calls, continued_sessions, replayed_steps
-- Sessions that aren't in the list, and why; and those that go on in another one's row.
--
-- Grain:   one row per provider.
-- Params:  $as_of_us   sessions that begin later are not counted
-- Columns: empty_sessions      no token and no call, or a transcript without a step of its own
--          untimed_sessions    no time is known
--          replayed_sessions   known only from a transcript that repeats their steps
--          resumed_sessions    part of the session that they were resumed from
-- merge: key(provider) sum(empty_sessions, untimed_sessions, replayed_sessions, resumed_sessions)
WITH stepped AS (
  SELECT
    session_id,
    min(provider) AS provider,
    bool_and(replayed_steps.round_pk IS NOT NULL) AS is_replayed,
    sum(context_tokens + output_tokens) = 0 AS has_no_tokens,
    min(first_us) AS first_us
  FROM steps
  LEFT JOIN replayed_steps USING (round_pk)
  GROUP BY session_id
), said AS (
  SELECT session_id, min(provider) AS provider, epoch_us(min(first_at)) AS first_us, bool_or(known_from IS DISTINCT FROM 'progress') AS is_written
  FROM sessions
  GROUP BY session_id
), judged AS (
  SELECT
    coalesce(stepped.provider, said.provider, '<unknown-provider>') AS provider,
    coalesce(is_replayed, false) AS is_replayed,
    stepped.session_id IS NULL OR (has_no_tokens AND used.session_id IS NULL) AS is_empty,
    coalesce(stepped.first_us, said.first_us) IS NULL AS is_untimed,
    coalesce(part, 0) > 0 AS is_resumed
  FROM stepped
  FULL JOIN said USING (session_id)
  LEFT JOIN (SELECT DISTINCT session_id FROM calls) AS used ON used.session_id = stepped.session_id
  LEFT JOIN continued_sessions ON continued_sessions.session_id = stepped.session_id
  WHERE (stepped.session_id IS NOT NULL OR is_written) AND (coalesce(stepped.first_us, said.first_us) > $as_of_us) IS NOT TRUE
)
SELECT
  provider,
  count(*) FILTER (is_empty AND NOT is_replayed) AS empty_sessions,
  count(*) FILTER (is_untimed AND NOT is_empty AND NOT is_replayed) AS untimed_sessions,
  count(*) FILTER (is_replayed) AS replayed_sessions,
  count(*) FILTER (is_resumed AND NOT is_empty AND NOT is_replayed AND NOT is_untimed) AS resumed_sessions
FROM judged
GROUP BY provider
ORDER BY provider
