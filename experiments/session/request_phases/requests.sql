-- uses: request_costs, calls, tool_activity
-- Requests: what each did, took and cost.
--
-- merge: all by provider, session_id, request_no
-- Grain:   one row per request, as in the relation request_costs; times in seconds, money in USD, NULL where no step has a price.
-- Columns: one_shot        edits without a rework loop; NULL without an edit
--          touched_usd     the whole cost where a call failed, else 0
--          verify_calls, revert_calls, files_edited, docs_only
--                          of what calls are about, where that is known: calls that run tests, commands of Git that take back
--                          changes, different files of edits, and whether all of these are documents
WITH inputs AS (
  SELECT
    session_id,
    request_no,
    count(*) FILTER (verb = 'test') AS verify_calls,
    count(*) FILTER (verb = 'git' AND regexp_matches(target, '\bgit\s+(checkout\s+(\S+\s+)?--(\s|$)|restore|revert|reset)\b?')) AS revert_calls,
    count(DISTINCT target) FILTER (activity = 'edit') AS files_edited,
    bool_and(regexp_matches(lower(target), '\.(md|mdx|rst|txt|adoc)$')) FILTER (activity = 'edit' AND target IS NOT NULL) AS docs_only
  FROM tool_inputs
  JOIN calls USING (round_pk, tool_index)
  JOIN tool_activity USING (tool)
  WHERE request_no > 0
  GROUP BY session_id, request_no
)
SELECT
  provider,
  session_id,
  request_no,
  published_request_no,
  model,
  strftime(make_timestamp(start_us), '%Y-%m-%dT%H:%M:%S.%gZ') AS started_at,
  steps,
  phases,
  calls,
  errors,
  unknown_calls AS unknown_status,
  rework_loops,
  CASE WHEN has_edit THEN rework_loops = 0 END AS one_shot,
  if(has_edit, edit_steps, NULL) AS edit_steps,
  if(has_edit, looping_edit_steps, NULL) AS looping_edit_steps,
  response_us / 1e6 AS e2e_s,
  generation_us / 1e6 AS generation_s,
  tool_us / 1e6 AS tool_s,
  input_tokens,
  output_tokens,
  if(unpriced_steps < steps, cost_nano / 1e9, NULL) AS cost_usd,
  unpriced_steps,
  repair_steps,
  repair_tokens,
  if(unpriced_steps < steps, repair_nano / 1e9, NULL) AS repair_usd,
  repair_us / 1e6 AS repair_s,
  errors > 0 AS touched_by_error,
  if(unpriced_steps < steps, if(errors > 0, cost_nano / 1e9, 0), NULL) AS touched_usd,
  verify_calls,
  revert_calls,
  files_edited,
  docs_only
FROM request_costs
LEFT JOIN inputs USING (session_id, request_no)
ORDER BY provider, session_id, request_no
