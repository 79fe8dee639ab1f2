-- uses: calls, steps, busy, tool_activity, step_cost
-- What followed a failed tool call: from the first failure of a tool in a request to the step in which the tool works again.
--
-- Grain:  one row per episode, only of calls in requests (`request_no > 0`): `session_id, request_no, tool, first_step` is unique
--         among empty searches and among all others.
-- Inputs: timing_events, tool_inputs
-- An episode belongs to one request and one tool; failures of the tool before it works again extend it. A call that works in the
-- step of the failure is not a recovery: it was made before the result came. A call of unknown status neither fails nor works.
--
--   kind                  'empty search': Grep or Glob found nothing. Told by the length of the result, that of a fixed reply:
--                         16 characters of Grep (`No matches found`), 14 of either (`No files found`).
--                         All others are calls that are marked as an error: 'denied' by a person, as far as the structure shows
--                         it (the tool asks a person, or it is instant, took a second or more, and a user message follows or the
--                         69 characters that Claude logs when a tool was interrupted); 'poll': the tool waits for what already
--                         runs, and fails and recovers with that; 'error'
--   session_id, request_no, tool, provider
--   first_step            the step of the first failure
--   failures              failed calls of the episode
--   outcome               'recovered': a later step of the request has a call of the tool that worked; else 'open': the session ends
--                         with the step; 'interrupted': the next step opens another request; 'asked': it asks a person; 'ended':
--                         it calls no tool; 'switched': it calls others
--   unknown_later         not recovered, but a later step of the request has a call of the tool whose status is unknown
--   next_tool             the first call of the next step, if it has one
--   next_move             what that step does: 'same tool, same input' (of equal length where inputs are not known), 'same tool,
--                         altered', 'read', 'edit', 'run', 'other', 'none' (no call); 'user': it opens another request; 'end':
--                         there is none
--   observed_steps        steps from the failure to the one that worked, or to the last step of the request
--   steps_to_recovery     the same, of recovered ones alone
--   to_recovery_us        from the failed result to the call that worked, microseconds; NULL when unknown or not in this order
--   agent_us              the same without waits for a person
--   reads_between, edits_between, runs_between, others_between
--                         calls from the step after the failure to the one before recovery or to the end of the request, without
--                         failures of this tool
--   repair_steps          steps after a failure up to the one that worked, or the next step alone if none did. A step of several
--                         episodes belongs to the one that began first; those of empty searches are apart
--   repair_tokens         their input and output
--   repair_nano           their cost in nano-dollars; steps without a price add nothing
--   unpriced_repair_steps repair steps without a price
WITH judged AS (
  SELECT FALSE AS is_search, is_error AS failed, is_error IS FALSE AS worked, * FROM calls WHERE request_no > 0
  UNION ALL
  SELECT
    TRUE,
    is_error IS NOT TRUE AND (result_chars = 14 OR (tool = 'Grep' AND result_chars = 16)) AS failed,
    is_error IS FALSE AND NOT failed AS worked,
    *
  FROM calls
  WHERE request_no > 0 AND tool IN ('Grep', 'Glob')
), failing AS (
  SELECT DISTINCT is_search, session_pk, request_no, tool FROM judged WHERE failed
), tool_steps AS (
  SELECT
    is_search, session_pk, request_no, tool, step, provider,
    any_value(round_pk) AS round_pk,
    any_value(next_round_pk) AS next_round_pk,
    count(*) FILTER (failed) AS failures,
    bool_or(worked) AS worked,
    bool_or(is_error IS NULL) AS is_unknown,
    min(result_us) FILTER (failed) AS failed_us,
    min(emitted_us) FILTER (worked) AS worked_us,
    max(wall_ms) FILTER (failed) AS failed_ms,
    min(tool_index) FILTER (failed) AS tool_index,
    arg_min(input_chars, tool_index) FILTER (failed) AS input_chars
  FROM judged JOIN failing USING (is_search, session_pk, request_no, tool)
  GROUP BY ALL
), placed AS (
  SELECT
    *,
    coalesce(sum(worked::INTEGER) OVER (in_request ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS successes,
    first_value(CASE WHEN worked THEN step END IGNORE NULLS) OVER onward AS worked_step,
    first_value(CASE WHEN worked THEN worked_us END IGNORE NULLS) OVER onward AS next_worked_us,
    bool_or(is_unknown) OVER onward AS unknown_later
  FROM tool_steps
  WINDOW
    in_request AS (PARTITION BY is_search, session_pk, request_no, tool ORDER BY step),
    onward AS (PARTITION BY is_search, session_pk, request_no, tool ORDER BY step ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
), failures AS (
  SELECT placed.*, activity, asks_person, is_wait, is_instant AND failed_ms >= 1000 AS waited
  FROM placed JOIN tool_activity USING (tool)
  WHERE failures > 0
), answered AS (
  SELECT
    failures.*,
    next.request_no > failures.request_no AS user_next,
    asks_person OR (waited AND (user_next OR interrupted.round_pk IS NOT NULL)) AS denied
  FROM failures
  LEFT JOIN steps AS next ON next.round_pk = failures.next_round_pk
  LEFT JOIN (
    SELECT DISTINCT round_pk
    FROM timing_events
    WHERE event_type = 'user_message' AND content_chars = 69
  ) AS interrupted ON interrupted.round_pk = failures.next_round_pk AND failures.provider = 'claude'
), numbered AS (
  SELECT
    *,
    min(step) OVER episode AS first_step,
    sum(failures) OVER episode AS all_failures,
    bool_or(coalesce(denied, FALSE)) OVER episode AS was_denied
  FROM answered
  WINDOW episode AS (PARTITION BY is_search, session_pk, request_no, tool, successes)
), repaired AS (
  SELECT
    is_search,
    steps.round_pk,
    steps.session_pk,
    min({first_step: first_step, tool: tool, request_no: request_no}) AS episode
  FROM numbered
  JOIN steps USING (session_pk, request_no)
  WHERE steps.step > numbered.step AND steps.step <= coalesce(worked_step, numbered.step + 1)
  GROUP BY is_search, steps.round_pk, steps.session_pk
), repairs AS (
  SELECT
    is_search,
    session_pk,
    episode.*,
    count(*) AS repair_steps,
    sum(context_tokens + output_tokens)::BIGINT AS repair_tokens,
    coalesce(sum(cost_nano), 0) AS repair_nano,
    count(*) FILTER (cost_nano IS NULL) AS unpriced_repair_steps
  FROM repaired JOIN steps USING (round_pk, session_pk) JOIN step_cost USING (round_pk)
  GROUP BY ALL
), human AS ( -- waits of a session put together where they overlap
  SELECT session_pk, min(from_us) AS from_us, max(to_us) AS to_us
  FROM (
    SELECT *, count(*) FILTER (opens) OVER (PARTITION BY session_pk ORDER BY from_us, to_us ROWS UNBOUNDED PRECEDING) AS island
    FROM (
      SELECT
        session_pk, from_us, to_us,
        from_us > coalesce(max(to_us) OVER (
          PARTITION BY session_pk ORDER BY from_us, to_us ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), from_us - 1) AS opens
      FROM busy
      WHERE kind = 'human'
    )
  )
  GROUP BY session_pk, island
), episodes AS (
  SELECT *, CASE WHEN next_worked_us >= failed_us THEN next_worked_us - failed_us END AS to_recovery_us
  FROM numbered
  WHERE step = first_step
), waits AS (
  SELECT is_search, session_pk, request_no, tool, first_step, sum(least(to_us, next_worked_us) - greatest(from_us, failed_us))::BIGINT AS human_us
  FROM episodes JOIN human USING (session_pk)
  WHERE to_us > failed_us AND from_us < next_worked_us
  GROUP BY ALL
), ends AS (
  SELECT session_pk, request_no, max(step) AS last_step
  FROM steps
  WHERE request_no > 0
  GROUP BY ALL
), named AS (
  SELECT session_pk, session_id FROM steps WHERE step = 1
), first_calls AS (
  SELECT round_pk, min(tool_index) AS next_tool_index, arg_min(tool, tool_index) AS next_tool, arg_min(input_chars, tool_index) AS next_input_chars, bool_or(asks_person) AS asks
  FROM calls JOIN tool_activity USING (tool)
  WHERE round_pk IN (SELECT next_round_pk FROM episodes)
  GROUP BY round_pk
), between_calls AS (
  SELECT
    is_search, session_pk, request_no, episodes.tool, first_step,
    count(*) FILTER (tool_activity.activity = 'explore') AS reads_between,
    count(*) FILTER (tool_activity.activity = 'edit') AS edits_between,
    count(*) FILTER (tool_activity.activity = 'run') AS runs_between,
    count(*) FILTER (tool_activity.activity NOT IN ('explore', 'edit', 'run')) AS others_between
  FROM episodes
  JOIN calls USING (session_pk, request_no)
  JOIN tool_activity ON tool_activity.tool = calls.tool
  WHERE calls.step > first_step AND (worked_step IS NULL OR calls.step < worked_step)
    AND NOT (calls.tool = episodes.tool AND calls.is_error IS TRUE)
  GROUP BY ALL
)
SELECT
  CASE
    WHEN is_search THEN 'empty search'
    WHEN was_denied THEN 'denied'
    WHEN episodes.is_wait THEN 'poll'
    ELSE 'error'
  END AS kind,
  session_id, request_no, tool, provider, first_step,
  all_failures::BIGINT AS failures,
  CASE
    WHEN worked_step IS NOT NULL THEN 'recovered'
    WHEN next_round_pk IS NULL THEN 'open'
    WHEN user_next THEN 'interrupted'
    WHEN asks THEN 'asked'
    WHEN next_tool IS NULL THEN 'ended'
    ELSE 'switched'
  END AS outcome,
  worked_step IS NULL AND coalesce(unknown_later, FALSE) AS unknown_later,
  next_tool,
  CASE
    WHEN next_round_pk IS NULL THEN 'end'
    WHEN user_next THEN 'user'
    WHEN next_tool IS NULL THEN 'none'
    WHEN next_tool = tool AND coalesce(given.input_hash = repeated.input_hash, next_input_chars = input_chars) THEN 'same tool, same input'
    WHEN next_tool = tool THEN 'same tool, altered'
    WHEN next_activity.activity = 'explore' THEN 'read'
    WHEN next_activity.activity IN ('edit', 'run') THEN next_activity.activity
    ELSE 'other'
  END AS next_move,
  coalesce(worked_step, last_step) - first_step AS observed_steps,
  worked_step - first_step AS steps_to_recovery,
  to_recovery_us,
  to_recovery_us - coalesce(human_us, 0) AS agent_us,
  coalesce(reads_between, 0) AS reads_between,
  coalesce(edits_between, 0) AS edits_between,
  coalesce(runs_between, 0) AS runs_between,
  coalesce(others_between, 0) AS others_between,
  coalesce(repair_steps, 0) AS repair_steps,
  coalesce(repair_tokens, 0) AS repair_tokens,
  coalesce(repair_nano, 0)::HUGEINT AS repair_nano,
  coalesce(unpriced_repair_steps, 0) AS unpriced_repair_steps
FROM episodes
JOIN named USING (session_pk)
JOIN ends USING (session_pk, request_no)
LEFT JOIN repairs USING (is_search, session_pk, request_no, tool, first_step)
LEFT JOIN waits USING (is_search, session_pk, request_no, tool, first_step)
LEFT JOIN between_calls USING (is_search, session_pk, request_no, tool, first_step)
LEFT JOIN first_calls ON first_calls.round_pk = next_round_pk
LEFT JOIN tool_activity AS next_activity ON next_activity.tool = next_tool
LEFT JOIN tool_inputs AS given ON given.round_pk = episodes.round_pk AND given.tool_index = episodes.tool_index
LEFT JOIN tool_inputs AS repeated ON repeated.round_pk = next_round_pk AND repeated.tool_index = next_tool_index
