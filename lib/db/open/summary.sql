-- What the pool holds in its reading: one row.
-- Columns: rounds, sessions, toolCalls, timingEvents, users, transcripts (counts), synthetic, isPrivate, fingerprint, firstTime and lastTime
--   (ISO 8601 UTC, null without times), providers: list of {provider, steps, first, last} by name, with first and last
--   over the events and tool calls of the provider's steps.
-- Fingerprint: md5 over row counts and two order-independent folds (xor, and an exact sum) of the row hashes of each stored table,
-- so that it depends on the contents alone and not on how or when the file was written. Tables that a database may
-- lack count only when they hold rows, so that without them it is the same as for a database that lacks them. What is private
-- does not count: an export without it is of the same pool.
WITH
stored_events AS (
  SELECT count(*) AS n, bit_xor(hash(t)) AS x, sum(hash(t) % 1000000007)::DOUBLE AS s FROM stored.timing_events t
),
stored_tools AS (
  SELECT count(*) AS n, bit_xor(hash(t)) AS x, sum(hash(t) % 1000000007)::DOUBLE AS s FROM stored.tool_calls t
),
stored_steps AS (
  SELECT count(*) AS n, bit_xor(hash(t)) AS x, sum(hash(t) % 1000000007)::DOUBLE AS s,
         coalesce(bool_or(session_file IS NOT NULL OR cwd IS NOT NULL OR home IS NOT NULL), false) AS private
  FROM stored.rounds t
),
steps AS (
  SELECT count(*) AS n, count(DISTINCT session_id) AS sessions, count(DISTINCT "user") AS users,
         count(*) > 0 AND coalesce(bool_and(starts_with("user", 'synthetic_')), false) AS synthetic
  FROM rounds
),
transcripts AS (
  SELECT count(*) AS n, bit_xor(hash(t)) AS x, sum(hash(t) % 1000000007)::DOUBLE AS s FROM (SELECT * EXCLUDE (title) FROM sessions) t
),
details AS (
  SELECT count(*) AS n, bit_xor(hash(t)) AS x, sum(hash(t) % 1000000007)::DOUBLE AS s FROM round_details t
),
session_event AS (
  SELECT count(*) AS n, bit_xor(hash(t)) AS x, sum(hash(t) % 1000000007)::DOUBLE AS s FROM session_events t
),
times AS (
  SELECT round_pk, timestamp AS first_at, timestamp AS last_at FROM timing_events
  UNION ALL
  SELECT round_pk, least(emitted_at, result_at), greatest(emitted_at, result_at) FROM tool_calls
),
-- Times of steps that are missing, or that name no provider, count for the pool as a whole.
windows AS (
  SELECT provider, min(first_at) AS first_at, max(last_at) AS last_at
  FROM times LEFT JOIN rounds USING (round_pk)
  GROUP BY provider
),
provider_steps AS (
  SELECT provider, count(*) AS steps FROM rounds WHERE provider IS NOT NULL GROUP BY provider
),
by_provider AS (
  SELECT list({
    provider: provider,
    steps: steps,
    first: strftime(first_at, '%Y-%m-%dT%H:%M:%S.%gZ'),
    last: strftime(last_at, '%Y-%m-%dT%H:%M:%S.%gZ')
  } ORDER BY provider) AS providers
  FROM provider_steps LEFT JOIN windows USING (provider)
),
pool_window AS (
  SELECT min(first_at) AS first_at, max(last_at) AS last_at FROM windows
)
SELECT
  steps.n AS rounds,
  steps.sessions AS sessions,
  (SELECT count(*) FROM tool_calls) AS "toolCalls",
  (SELECT count(*) FROM timing_events) AS "timingEvents",
  steps.users AS users,
  transcripts.n AS transcripts,
  coalesce(by_provider.providers, []) AS providers,
  strftime(pool_window.first_at, '%Y-%m-%dT%H:%M:%S.%gZ') AS "firstTime",
  strftime(pool_window.last_at, '%Y-%m-%dT%H:%M:%S.%gZ') AS "lastTime",
  steps.synthetic AS synthetic,
  stored_steps.private OR EXISTS (FROM tool_inputs WHERE target IS NOT NULL) AS "isPrivate",
  md5(concat_ws(':',
    stored_steps.n, stored_steps.x, stored_steps.s, stored_tools.n, stored_tools.x, stored_tools.s,
    stored_events.n, stored_events.x, stored_events.s,
    CASE WHEN transcripts.n > 0 THEN concat_ws(':', 'sessions', transcripts.n, transcripts.x, transcripts.s) END,
    CASE WHEN details.n > 0 THEN concat_ws(':', 'round_details', details.n, details.x, details.s) END,
    CASE WHEN session_event.n > 0 THEN concat_ws(':', 'session_events', session_event.n, session_event.x, session_event.s) END
  )) AS fingerprint
FROM steps, stored_steps, stored_tools, stored_events, transcripts, details, session_event, by_provider, pool_window
