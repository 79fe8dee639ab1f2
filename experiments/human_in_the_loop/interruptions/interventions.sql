-- uses: messages, steps, calls, step_cost, spells, tool_activity, people_steps
-- What people did while an agent worked, or to what it had just done.
--
-- Grain:   one row per mark; one act may carry several (a message that cuts a request is a steer and a cut).
-- Params:  $generating_chars   length of the text that Claude logs when a person stops it while it generates
--          $tool_chars         and while a tool runs
--          $nudge_us           a request that begins within so much time of the end of the one before is a nudge
-- Columns: provider, session_id
--          request_no, step    of the step where the mark is logged
--          at                  UTC; of a cut, when the next request began
--          kind, evidence      see README.md
--          is_counted          false: a denial that is the same act as an interrupt
--          first_in_session    1 for the first of its kind in the session, else NULL
--          steps_since_request, active_s_since_request
--                              of the request that was disturbed, up to the mark; NULL when there is none
--          stopped_tokens, stopped_usd   input and output of the step that was stopped, and its cost; NULL when nothing was
-- merge: all by session_id, step, kind, "at", first_in_session, evidence, steps_since_request
WITH people AS (
  SELECT * FROM steps SEMI JOIN people_steps USING (round_pk)
), requests AS (
  SELECT
    session_pk,
    request_no,
    max(round_pk) AS round_pk,
    min(step) AS first_step,
    max(request_us) AS request_us, -- only the opening step has one
    max(last_output_us) AS end_us
  FROM people
  WHERE request_no > 0
  GROUP BY session_pk, request_no
), turns AS (
  SELECT previous.*, next.request_us AS next_us
  FROM requests AS previous
  JOIN requests AS next ON next.session_pk = previous.session_pk AND next.request_no = previous.request_no + 1
), said AS (
  SELECT
    *,
    CASE
      WHEN provider = 'claude' AND speaker = 'interrupt' THEN 'interrupt'
      WHEN provider = 'claude' AND speaker IS NULL AND content_chars = $generating_chars THEN if(is_followed, 'interrupt', 'length_only')
      WHEN provider = 'claude' AND speaker IS NULL AND content_chars = $tool_chars THEN if(is_after_error, 'interrupt', 'length_only')
      WHEN is_typed AND is_after_result THEN 'steer'
    END AS kind,
    CASE
      WHEN kind = 'steer' THEN 'order of events'
      WHEN speaker = 'interrupt' THEN 'logged'
      WHEN content_chars = $generating_chars THEN 'length, a message follows'
      ELSE 'length, after an error'
    END AS evidence
  FROM messages
), marks AS (
  SELECT
    round_pk,
    us,
    kind,
    if(kind = 'length_only', 'length', evidence) AS evidence,
    if(is_after_output, round_pk, previous_round_pk) AS stopped_round_pk
  FROM said
  JOIN people USING (round_pk)
  WHERE kind IS NOT NULL
  UNION ALL -- of Codex, the turn that was aborted
  SELECT round_pk, epoch_us(timestamp), 'interrupt', 'logged', round_pk
  FROM session_events
  ASOF JOIN people ON people.session_id = session_events.session_id AND people.first_us <= epoch_us(timestamp)
  WHERE kind IN ('aborted', 'interrupt') AND people.provider = 'codex'
  UNION ALL
  SELECT round_pk, next_us, 'cut', 'order of events', round_pk FROM turns SEMI JOIN calls USING (round_pk)
  UNION ALL
  SELECT round_pk, next_us, 'nudge', 'time', round_pk FROM turns WHERE next_us - end_us BETWEEN 0 AND $nudge_us
  UNION ALL
  SELECT round_pk, result_us, 'denied', if(asks_person, 'failed question', 'failed after a wait'), round_pk
  FROM calls
  JOIN tool_activity USING (tool)
  SEMI JOIN people USING (round_pk)
  WHERE is_error AND (
    asks_person OR (is_instant AND activity IN ('edit', 'explore') AND tool <> 'apply_patch' AND wall_ms >= 1000) -- apply_patch fails by itself, late
  )
), stopped AS (
  SELECT
    marks.*,
    kind <> 'denied' OR NOT bool_or(kind = 'interrupt') OVER (PARTITION BY stopped_round_pk) AS is_counted,
    stopped.session_id AS stopped_session_id,
    stopped.step - first_step + 1 AS steps_since_request,
    requests.request_us,
    least(us, stopped.last_us) AS stopped_us,
    stopped.context_tokens + stopped.output_tokens AS tokens,
    cost_nano
  FROM marks
  LEFT JOIN people AS stopped ON stopped.round_pk = stopped_round_pk
  LEFT JOIN requests ON requests.session_pk = stopped.session_pk AND requests.request_no = stopped.request_no
  LEFT JOIN step_cost ON step_cost.round_pk = stopped_round_pk
), timed AS (
  SELECT
    stopped.*,
    until.before_us + least(stopped_us, until.to_us) - until.from_us - (since.before_us + least(request_us, since.to_us) - since.from_us) AS active_us
  FROM stopped
  ASOF LEFT JOIN spells AS since ON since.session_id = stopped_session_id AND since.from_us <= request_us
  ASOF LEFT JOIN spells AS until ON until.session_id = stopped_session_id AND until.from_us <= stopped_us
)
SELECT
  provider,
  session_id,
  request_no,
  step,
  strftime(make_timestamp(us), '%Y-%m-%dT%H:%M:%S.%gZ') AS "at",
  kind,
  evidence,
  is_counted,
  CASE WHEN row_number() OVER (PARTITION BY kind, session_pk ORDER BY NOT is_counted, step, "at", evidence, steps_since_request) = 1 THEN 1 END AS first_in_session,
  steps_since_request,
  if(active_us < 0, 0, active_us) / 1e6 AS active_s_since_request,
  CASE WHEN kind IN ('interrupt', 'length_only', 'cut') THEN tokens END AS stopped_tokens,
  CASE WHEN kind IN ('interrupt', 'length_only', 'cut') THEN cost_nano / 1e9 END AS stopped_usd
FROM timed
JOIN people USING (round_pk)
ORDER BY session_id, step, kind, "at", first_in_session, evidence, steps_since_request
