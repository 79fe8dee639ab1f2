-- uses: messages, steps, calls, busy, spells, people_steps
-- Requests of people: how long the agent worked on each, and whether a person stopped it.
--
-- Grain:   one row per provider, steps and what happened; and, with `active_bin`, one per provider, active time and whether it was stopped.
-- Params:  $generating_chars, $tool_chars   as in interventions.sql
--          $most_steps    more steps count as one more than these
--          $active_edges  ascending seconds, separated by spaces
-- Columns: provider
--          is_stopped     cut, interrupted or steered
--          is_cut         its last step made calls, and yet the session goes on with another request
--          steps          agent steps
--          free_steps     the same up to the first interrupt or steer
--          active_bin     edges up to the active time until then, which leaves out silences of more than a minute and waits for a person
--          requests
--          response_us    from the user message to the last output
--          human_us       what of that the agent waited for a person, added up over calls
-- merge: key(provider, is_stopped, is_cut, steps, free_steps, active_bin) sum(requests, response_us, human_us)
WITH people AS (
  SELECT * FROM steps SEMI JOIN people_steps USING (round_pk)
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
  JOIN people USING (round_pk, session_pk)
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
), timed AS (
  SELECT
    judged.*,
    until.before_us + least(until_us, until.to_us) - until.from_us - (since.before_us + least(request_us, since.to_us) - since.from_us) AS active_us
  FROM judged
  ASOF LEFT JOIN spells AS since ON since.session_id = judged.session_id AND since.from_us <= request_us
  ASOF LEFT JOIN spells AS until ON until.session_id = judged.session_id AND until.from_us <= until_us
), binned AS (
  SELECT
    provider,
    is_stopped,
    is_cut,
    least(steps, $most_steps + 1) AS steps,
    least(free_steps, $most_steps + 1) AS free_steps,
    CASE WHEN active_us IS NOT NULL THEN len(list_filter(string_split($active_edges, ' ')::DOUBLE[], lambda edge: edge <= active_us / 1e6)) END AS active_bin,
    greatest(end_us - request_us, 0) AS response_us,
    human_us
  FROM timed
)
SELECT
  provider,
  is_stopped,
  is_cut,
  steps,
  free_steps,
  active_bin,
  count(*) AS requests,
  coalesce(sum(response_us), 0)::BIGINT AS response_us,
  sum(human_us)::BIGINT AS human_us
FROM binned
GROUP BY GROUPING SETS ((provider, is_stopped, is_cut, steps, free_steps), (provider, is_stopped, active_bin))
HAVING steps IS NOT NULL OR active_bin IS NOT NULL
ORDER BY provider, is_stopped, is_cut NULLS FIRST, steps NULLS FIRST, free_steps NULLS FIRST, active_bin NULLS FIRST
