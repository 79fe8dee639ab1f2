-- What the pool holds: one row, ready for PoolSummary.
-- Fingerprint: md5 over row counts and two order-independent folds (xor, sum) of the row hashes of each table,
-- so that it depends on the contents alone and not on how or when the file was written.
WITH
events AS (
  SELECT count(*) AS n, bit_xor(hash(t)) AS x, sum(hash(t)::UHUGEINT % 1000000007) AS s, min(timestamp) AS first_time, max(timestamp) AS last_time
  FROM timing_events t
),
tools AS (
  SELECT count(*) AS n, bit_xor(hash(t)) AS x, sum(hash(t)::UHUGEINT % 1000000007) AS s,
         least(min(emitted_at), min(result_at)) AS first_time, greatest(max(emitted_at), max(result_at)) AS last_time
  FROM tool_calls t
),
steps AS (
  SELECT count(*) AS n, bit_xor(hash(t)) AS x, sum(hash(t)::UHUGEINT % 1000000007) AS s,
         count(DISTINCT session_id) AS sessions, count(DISTINCT "user") AS users,
         count(*) > 0 AND coalesce(bool_and(starts_with("user", 'synthetic_')), false) AS synthetic,
         coalesce(list_sort(list(DISTINCT provider) FILTER (WHERE provider IS NOT NULL)), []) AS providers
  FROM rounds t
)
SELECT
  steps.n AS rounds,
  steps.sessions AS sessions,
  tools.n AS "toolCalls",
  events.n AS "timingEvents",
  steps.users AS users,
  steps.providers AS providers,
  strftime(least(events.first_time, tools.first_time), '%Y-%m-%dT%H:%M:%S.%gZ') AS "firstTime",
  strftime(greatest(events.last_time, tools.last_time), '%Y-%m-%dT%H:%M:%S.%gZ') AS "lastTime",
  steps.synthetic AS synthetic,
  md5(concat_ws(':', steps.n, steps.x, steps.s, tools.n, tools.x, tools.s, events.n, events.x, events.s)) AS fingerprint
FROM steps, tools, events
