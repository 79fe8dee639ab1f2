-- uses: step_times, observed_spans, visible_decode
-- merge: key(scope)
-- merge: sum(sessions, steps, user_message_steps, tool_result_steps, append_tokens, prefix_tokens, user_steps, user_total, user_append,
--   tool_steps, tool_total, tool_append, output_steps, output_tokens, reasoning_tokens, reasoning_steps, exact_reasoning_steps,
--   generated_steps, generation_ms, speed_steps, speed_tokens, speed_ms, to_reasoning_steps, to_reasoning_ms, ttft_steps, ttft_ms,
--   ttft_reasoning_tokens, timed_message_steps)
-- merge: max(decode_steps, decode_tokens, decode_ms, decode_latency_s) by scope <> 'merged', scope
-- Size, tokens and generation times of each scope.
--
-- Grain:   one row per scope: `merged` first (also of an empty pool), then providers by name.
-- Columns: scope                             `merged`: all steps; or a provider's name as it is: its steps alone, also where sessions are
--                                            shared. A provider that is called merged, or not at all, has no scope of its own
--          sessions, steps                   distinct named sessions (the empty name is one); agent steps
--          user_message_steps                steps with a user message among their events
--          tool_result_steps                 steps with a tool result among their events, wherever it stands
--          append_tokens, prefix_tokens      sums; missing tokens count as 0
--          user_steps, …_total, …_append     steps whose first event is a user message, their input and append tokens
--          tool_steps, …_total, …_append     the same for a tool result
--          output_steps                      steps whose output count is final; whatever is about output is over these
--          output_tokens, reasoning_tokens   sums
--          reasoning_steps                   steps with a reasoning event or reasoning tokens
--          exact_reasoning_steps             steps with reasoning tokens
--          generated_steps, generation_ms    steps with a generation span, and the sum of these
--          speed_steps, …_tokens, …_ms       of those the steps with output tokens
--          to_reasoning_steps, …_ms          steps with a span from input to the end of reasoning, and the sum of these
--          ttft_steps, …_ms, …_reasoning_tokens   of those the steps with reasoning tokens
--          timed_message_steps               steps of a session with a user message that has a timestamp
--          decode_steps, …_tokens, …_ms, decode_latency_s   see visible_decode
WITH steps AS (
  SELECT
    rounds.provider,
    session_id,
    first_event_type,
    has_user_message,
    has_tool_result,
    t.has_reasoning_event,
    has_timed_user_message AND session_id IS NOT NULL AS has_timed_message,
    coalesce(prefix_tokens, 0) AS prefix,
    coalesce(newly_append_tokens, 0) AS append,
    s.output_tokens AS output,
    reasoning_tokens AS reasoning,
    generation_ms,
    input_to_reasoning_ms AS to_reasoning_ms
  FROM rounds
  JOIN step_times AS t USING (round_pk)
  JOIN observed_spans AS s USING (round_pk)
), per_scope AS (
  SELECT
    if(grouping(provider) = 1, 'merged', provider) AS scope,
    count(DISTINCT session_id) AS sessions,
    count(*) AS steps,
    count(*) FILTER (has_user_message) AS user_message_steps,
    count(*) FILTER (has_tool_result) AS tool_result_steps,
    sum(append) AS append_tokens,
    sum(prefix) AS prefix_tokens,
    count(*) FILTER (first_event_type = 'user_message') AS user_steps,
    sum(prefix + append) FILTER (first_event_type = 'user_message') AS user_total,
    sum(append) FILTER (first_event_type = 'user_message') AS user_append,
    count(*) FILTER (first_event_type = 'tool_result') AS tool_steps,
    sum(prefix + append) FILTER (first_event_type = 'tool_result') AS tool_total,
    sum(append) FILTER (first_event_type = 'tool_result') AS tool_append,
    count(output) AS output_steps,
    sum(output) AS output_tokens,
    sum(reasoning) AS reasoning_tokens,
    count(*) FILTER (has_reasoning_event OR reasoning > 0) AS reasoning_steps,
    count(*) FILTER (reasoning > 0) AS exact_reasoning_steps,
    count(generation_ms) AS generated_steps,
    sum(generation_ms) AS generation_ms,
    count(generation_ms) FILTER (output > 0) AS speed_steps,
    sum(output) FILTER (output > 0 AND generation_ms IS NOT NULL) AS speed_tokens,
    sum(generation_ms) FILTER (output > 0) AS speed_ms,
    count(to_reasoning_ms) AS to_reasoning_steps,
    sum(to_reasoning_ms) AS to_reasoning_ms,
    count(to_reasoning_ms) FILTER (reasoning > 0) AS ttft_steps,
    sum(to_reasoning_ms) FILTER (reasoning > 0) AS ttft_ms,
    sum(reasoning) FILTER (reasoning > 0 AND to_reasoning_ms IS NOT NULL) AS ttft_reasoning_tokens,
    count(*) FILTER (has_timed_message) AS timed_message_steps
  FROM steps
  GROUP BY GROUPING SETS ((), (provider))
  HAVING grouping(provider) = 1 OR provider <> 'merged'
)
SELECT
  scope,
  coalesce(COLUMNS(p.* EXCLUDE scope), 0)::BIGINT,
  coalesce(d.steps, 0) AS decode_steps,
  coalesce(d.visible_tokens, 0) AS decode_tokens,
  coalesce(d.visible_ms, 0) AS decode_ms,
  d.latency_s AS decode_latency_s
FROM per_scope AS p
LEFT JOIN visible_decode AS d USING (scope)
ORDER BY scope <> 'merged', scope
