-- uses: steps, calls, step_cost, response_copies, continued_sessions, lineage, silences, spells, tool_activity, replayed_steps
-- What there is of each session at a moment: how long it has been silent, how its last step ended, what it took until then.
--
-- Grain:   one row per thread of `continued_sessions` with a time before the moment and any tokens or calls: the latest first.
-- Params:  $as_of_us    the moment, epoch microseconds; what came later is not seen
--          $seen_until_us   the moment if it was asked for; else later than all results of calls, which may come after the last event
--          $active_us   a session is 'active' up to this silence; also the longest silence within an episode of activity
--          $idle_us     'idle' up to this silence, 'stale' beyond
--          $streak      calls that failed one after the other at the end of a session that is failing
--          $most        at most so many; NULL: all
-- Columns: session_id (the thread), provider, relation ('main' where nothing is known of another session), model (of most steps)
--          started_at, last_event_at   first and last event or record of the transcript, UTC
--          wall_s, active_s, silence_s
--          tier, ending (see README.md), failing
--          ended_reason  as the transcript of its last part says
--          requests to cost_usd        without responses that another session holds first
--          resumes, longest_gap_s      silences of at least $active_us that ended; the longest, NULL when below ten seconds
-- merge: top $most by last_event_at DESC, session_id
WITH known AS (
  SELECT round_pk, session_pk, first_us, last_us, is_copy
  FROM steps
  JOIN response_copies USING (round_pk)
  ANTI JOIN replayed_steps USING (round_pk)
  WHERE (first_us > $as_of_us) IS NOT TRUE
), cut AS ( -- steps that went on after the moment
  SELECT round_pk, max(epoch_us(timestamp)) AS last_us
  FROM timing_events
  WHERE round_pk IN (SELECT round_pk FROM known WHERE last_us > $as_of_us) AND epoch_us(timestamp) <= $as_of_us
  GROUP BY round_pk
), sums AS (
  SELECT
    known.session_pk,
    min(known.first_us) AS first_us,
    max(coalesce(cut.last_us, known.last_us)) AS last_us,
    max(round_pk) AS last_round_pk,
    count(request_us) FILTER (NOT is_copy) AS requests,
    count(*) FILTER (NOT is_copy) AS steps,
    count(*) FILTER (NOT is_copy AND cost_nano IS NULL) AS unpriced_steps,
    sum(context_tokens) FILTER (NOT is_copy) AS input_tokens,
    sum(output_tokens) FILTER (NOT is_copy) AS output_tokens,
    sum(cost_nano) FILTER (NOT is_copy) AS cost_nano
  FROM known
  JOIN steps USING (round_pk)
  JOIN step_cost USING (round_pk)
  LEFT JOIN cut USING (round_pk)
  GROUP BY known.session_pk
), called AS (
  SELECT
    known.session_pk,
    call.round_pk,
    call_no,
    tool,
    is_copy,
    (result_us <= $seen_until_us) IS NOT TRUE AS is_open,
    is_error IS TRUE AND (result_us > $seen_until_us) IS NOT TRUE AS failed
  FROM calls AS call
  JOIN known USING (round_pk)
  WHERE (emitted_us > $as_of_us) IS NOT TRUE
), used AS (
  SELECT
    session_pk,
    count(*) AS all_calls,
    count(*) FILTER (NOT is_copy) AS calls,
    count(*) FILTER (failed AND NOT is_copy) AS errors,
    count(*) - coalesce(max(call_no) FILTER (NOT failed), 0) AS failed_at_end
  FROM called
  GROUP BY session_pk
), last_calls AS (
  SELECT round_pk, bool_or(asks_person) AS asks, bool_or(is_open) AS is_open
  FROM called
  JOIN tool_activity USING (tool)
  WHERE round_pk IN (SELECT last_round_pk FROM sums)
  GROUP BY round_pk
), models AS (
  SELECT session_pk, provider, model, count(*) AS uses
  FROM steps
  WHERE (first_us > $as_of_us) IS NOT TRUE
  GROUP BY ALL
), said AS (
  SELECT
    session_id,
    min(epoch_us(first_at)) AS first_us,
    max(epoch_us(last_at)) FILTER (epoch_us(last_at) <= $as_of_us) AS last_us,
    arg_max(ended_reason, (last_at, transcript_id)) FILTER ((epoch_us(last_at) > $as_of_us) IS NOT TRUE) AS ended_reason
  FROM sessions
  GROUP BY session_id
), parts AS (
  SELECT
    thread_id,
    part,
    sums.*,
    least(sums.first_us, said.first_us) AS from_us,
    greatest(sums.last_us, said.last_us) AS to_us,
    ended_reason,
    coalesce(all_calls, 0) AS all_calls,
    coalesce(calls, 0) AS calls,
    coalesce(errors, 0) AS errors,
    coalesce(failed_at_end, 0) AS failed_at_end
  FROM sums
  JOIN continued_sessions USING (session_pk)
  LEFT JOIN said USING (session_id)
  LEFT JOIN used USING (session_pk)
), threads AS (
  SELECT
    thread_id,
    min(from_us) AS first_us,
    max(to_us) AS last_us,
    arg_max(last_round_pk, (part, last_round_pk)) AS last_round_pk,
    arg_max(ended_reason, (part, last_round_pk)) AS ended_reason,
    -- Of a session that was resumed, those of the last part, and where all of its calls failed, those of the part before.
    sum(failed_at_end) FILTER (later_successes = 0) AS failed_at_end,
    sum(requests) AS requests,
    sum(steps) AS steps,
    sum(unpriced_steps) AS unpriced_steps,
    sum(input_tokens) AS input_tokens,
    sum(output_tokens) AS output_tokens,
    sum(cost_nano) AS cost_nano,
    sum(calls) AS calls,
    sum(errors) AS errors
  FROM (
    SELECT *, coalesce(sum(all_calls - failed_at_end) OVER (
      PARTITION BY thread_id ORDER BY part, last_round_pk ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
    ), 0) AS later_successes
    FROM parts
  )
  GROUP BY thread_id
), named AS (
  SELECT thread_id, min(provider) AS provider, arg_max(model, (uses, model)) AS model
  FROM (SELECT thread_id, provider, model, sum(uses) AS uses FROM models JOIN continued_sessions USING (session_pk) GROUP BY ALL)
  GROUP BY thread_id
), gaps AS (
  SELECT thread_id, count(*) FILTER (to_us - from_us >= $active_us) AS resumes, max(to_us - from_us) AS longest_us
  FROM silences
  WHERE to_us <= $as_of_us
  GROUP BY thread_id
), stretches AS (
  SELECT
    thread_id,
    from_us,
    least(to_us, $as_of_us) AS to_us,
    max(to_us) OVER (PARTITION BY thread_id ORDER BY from_us, to_us ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until_us
  FROM spells
  JOIN continued_sessions USING (session_id)
  WHERE from_us <= $as_of_us
), active AS (
  SELECT
    thread_id,
    sum(greatest(to_us - greatest(from_us, until_us), 0) + if(from_us - until_us BETWEEN 0 AND $active_us, from_us - until_us, 0)) AS active_us
  FROM stretches
  GROUP BY thread_id
)
SELECT
  thread_id AS session_id,
  named.provider,
  coalesce(lineage.relation, 'main') AS relation,
  model,
  strftime(make_timestamp(first_us), '%Y-%m-%dT%H:%M:%S.%gZ') AS started_at,
  strftime(make_timestamp(last_us), '%Y-%m-%dT%H:%M:%S.%gZ') AS last_event_at,
  (last_us - first_us) / 1e6 AS wall_s,
  coalesce(active_us, 0) / 1e6 AS active_s,
  ($as_of_us - last_us) / 1e6 AS silence_s,
  CASE
    WHEN $as_of_us - last_us <= $active_us THEN 'active'
    WHEN $as_of_us - last_us <= $idle_us THEN 'idle'
    ELSE 'stale'
  END AS tier,
  CASE
    WHEN last_calls.round_pk IS NULL THEN 'answered'
    WHEN asks THEN 'asked'
    WHEN is_open THEN 'cut_in_call'
    ELSE 'cut_in_loop'
  END AS ending,
  failed_at_end >= $streak AS failing,
  ended_reason,
  requests::BIGINT AS requests,
  steps::BIGINT AS steps,
  unpriced_steps::BIGINT AS unpriced_steps,
  calls::BIGINT AS calls,
  errors::BIGINT AS errors,
  input_tokens::BIGINT AS total_input_tokens,
  output_tokens::BIGINT AS output_tokens,
  cost_nano / 1e9 AS cost_usd,
  coalesce(resumes, 0) AS resumes,
  longest_us / 1e6 AS longest_gap_s
FROM threads
JOIN named USING (thread_id)
LEFT JOIN last_calls ON last_calls.round_pk = last_round_pk
LEFT JOIN gaps USING (thread_id)
LEFT JOIN active USING (thread_id)
LEFT JOIN lineage ON lineage.session_id = thread_id
WHERE threads.last_us IS NOT NULL AND (input_tokens + output_tokens > 0 OR calls > 0)
QUALIFY $most::BIGINT IS NULL OR row_number() OVER (ORDER BY last_us DESC, thread_id) <= $most
ORDER BY last_event_at DESC, session_id
