-- uses: messages, steps, calls, busy, spells, lineage, replayed_steps
-- Requests of people: how long the agent worked on each, and whether a person stopped it.
--
-- Grain:   one row per request.
-- Params:  $generating_chars, $tool_chars   as in interventions.sql
-- Columns: provider
--          steps       agent steps
--          free_steps  the same up to the first interrupt or steer
--          active_s    until then, without silences of more than a minute and waits for a person; NULL without times
--          is_cut      its last step made calls, and yet the session goes on with another request
--          is_stopped  cut, interrupted or steered
--          response_s  to its last output; human_s: what of that the agent waited for a person
WITH people AS (
  SELECT *
  FROM steps
  ANTI JOIN (SELECT session_id FROM lineage WHERE relation = 'sub-agent' AND link_basis <> 'nested') USING (session_id)
  ANTI JOIN replayed_steps USING (round_pk)
), requests AS (
  SELECT
    session_pk,
    request_no,
    any_value(session_id) AS session_id,
    arg_min(provider, round_pk) AS provider,
    max(round_pk) AS round_pk,
    min(step) AS first_step,
    count(*) AS steps,
    max(request_us) AS request_us,
    max(last_output_us) AS end_us,
    max(last_us) AS last_us
  FROM people
  WHERE request_no > 0
  GROUP BY session_pk, request_no
), disturbed AS (
  SELECT if(is_after_output, round_pk, previous_round_pk) AS round_pk
  FROM messages
  JOIN people USING (round_pk)
  WHERE CASE
    WHEN people.provider = 'claude' AND speaker = 'interrupt' THEN true
    WHEN people.provider = 'claude' AND speaker IS NULL AND content_chars = $generating_chars THEN is_followed
    WHEN people.provider = 'claude' AND speaker IS NULL AND content_chars = $tool_chars THEN is_after_error
    ELSE is_typed AND is_after_result -- a text that is an interrupt by its length alone is none of these
  END
  UNION ALL
  SELECT round_pk
  FROM session_events
  ASOF JOIN people ON people.session_id = session_events.session_id AND people.first_us <= epoch_us(timestamp)
  WHERE kind IN ('aborted', 'interrupt') AND people.provider = 'codex'
), marked AS (
  SELECT session_pk, request_no, min(step) AS step, min(last_us) AS last_us
  FROM people
  SEMI JOIN disturbed USING (round_pk)
  GROUP BY session_pk, request_no
), waited AS (
  SELECT session_pk, request_no, sum(greatest(least(busy.to_us, end_us) - greatest(busy.from_us, requests.request_us), 0)) AS human_us
  FROM busy
  JOIN people USING (round_pk)
  JOIN requests USING (session_pk, request_no)
  WHERE kind = 'human'
  GROUP BY session_pk, request_no
), judged AS (
  SELECT
    requests.*,
    next.request_no IS NOT NULL AND called.round_pk IS NOT NULL AS is_cut,
    is_cut OR marked.step IS NOT NULL AS is_stopped,
    coalesce(marked.step - first_step + 1, steps) AS free_steps,
    coalesce(marked.last_us, requests.last_us) AS until_us,
    coalesce(human_us, 0) AS human_us
  FROM requests
  LEFT JOIN (SELECT session_pk, request_no FROM requests) AS next
    ON next.session_pk = requests.session_pk AND next.request_no = requests.request_no + 1
  LEFT JOIN (SELECT DISTINCT round_pk FROM calls) AS called ON called.round_pk = requests.round_pk
  LEFT JOIN marked ON marked.session_pk = requests.session_pk AND marked.request_no = requests.request_no
  LEFT JOIN waited ON waited.session_pk = requests.session_pk AND waited.request_no = requests.request_no
)
SELECT
  provider,
  steps,
  free_steps,
  greatest(until.before_us + least(until_us, until.to_us) - until.from_us - (since.before_us + least(request_us, since.to_us) - since.from_us), 0) / 1e6 AS active_s,
  is_cut,
  is_stopped,
  greatest(end_us - request_us, 0) / 1e6 AS response_s,
  human_us / 1e6 AS human_s
FROM judged
ASOF LEFT JOIN spells AS since ON since.session_id = judged.session_id AND since.from_us <= request_us
ASOF LEFT JOIN spells AS until ON until.session_id = judged.session_id AND until.from_us <= until_us
