-- uses: failure_episodes, steps, step_cost
-- What requests cost in which a call failed, whole: what other tools count as wasted.
--
-- merge: key(provider, tool) sum(requests, nano)
-- Grain:   one row per provider and tool that failed; tool NULL: any of them. Errors only, no empty searches.
-- Columns: requests, nano   those, and their cost in nano-dollars
WITH failed AS (
  SELECT DISTINCT session_id, request_no, tool
  FROM failure_episodes
  WHERE kind <> 'empty search'
), costs AS (
  SELECT session_id, request_no, arg_min(provider, step) AS provider, coalesce(sum(cost_nano), 0)::BIGINT AS nano
  FROM steps JOIN step_cost USING (round_pk)
  WHERE (session_id, request_no) IN (SELECT (session_id, request_no) FROM failed)
  GROUP BY session_id, request_no
), any_tool AS (
  SELECT * FROM failed
  UNION ALL
  SELECT DISTINCT session_id, request_no, NULL FROM failed
)
SELECT provider, tool, count(*) AS requests, sum(nano)::BIGINT AS nano
FROM any_tool JOIN costs USING (session_id, request_no)
GROUP BY provider, tool
ORDER BY provider, tool NULLS FIRST
