-- uses: step_times, context_growth, human_waits, tool_latencies, requests, step_tools, session_neighbors_any_index
-- The quantities by which a pool is compared with the published one.
--
-- Grain:  one row per scope: 'all', 'claude', 'codex'.
-- Inputs: rounds, timing_events, and the relations above
--
-- Columns: named after their quantity; *_s seconds, *_ms milliseconds, *_share parts of one, *_tokens tokens.
--   Shares of time and tokens are weighted by them, shares of steps, calls and sessions are counts.
WITH scopes(scope) AS (
  VALUES ('all'), ('claude'), ('codex')
), steps AS (
  SELECT
    *,
    prefix_tokens + newly_append_tokens AS total_tokens,
    lag(prefix_tokens + newly_append_tokens) OVER in_session AS previous_total_tokens,
    lag(output_tokens) OVER in_session AS previous_output_tokens,
    lag(input_tokens_total) OVER in_session AS previous_input_tokens,
    lag(model) OVER in_session AS previous_model,
    max(prefix_tokens + newly_append_tokens) OVER (PARTITION BY session_id) AS session_max_tokens,
    max(prefix_tokens + newly_append_tokens)
      OVER (PARTITION BY session_id ORDER BY round_pk ROWS BETWEEN 1 FOLLOWING AND 3 FOLLOWING) AS next_max_tokens
  FROM rounds
  JOIN step_times USING (round_pk)
  WINDOW in_session AS (PARTITION BY session_id ORDER BY round_pk)
), step_facts AS (
  SELECT
    scope,
    count(*) AS steps,
    count(*) / sum(count(*)) FILTER (scope = 'all') OVER () AS step_share,
    sum(prefix_tokens) / sum(total_tokens) AS hit_share,
    sum(prefix_tokens) FILTER (first_event_type = 'user_message') / sum(total_tokens) FILTER (first_event_type = 'user_message') AS user_hit_share,
    sum(prefix_tokens) FILTER (first_event_type = 'tool_result') / sum(total_tokens) FILTER (first_event_type = 'tool_result') AS tool_hit_share,
    avg(prefix_tokens) AS prefix_mean_tokens,
    quantile_cont(prefix_tokens, 0.25) AS prefix_p25_tokens,
    quantile_cont(prefix_tokens, 0.5) AS prefix_p50_tokens,
    quantile_cont(prefix_tokens, 0.9) AS prefix_p90_tokens,
    avg(newly_append_tokens) AS append_mean_tokens,
    quantile_cont(newly_append_tokens, 0.25) AS append_p25_tokens,
    quantile_cont(newly_append_tokens, 0.5) AS append_p50_tokens,
    quantile_cont(newly_append_tokens, 0.9) AS append_p90_tokens,
    quantile_cont(newly_append_tokens, 0.99) AS append_p99_tokens,
    avg(output_tokens) AS output_mean_tokens,
    quantile_cont(output_tokens, 0.25) AS output_p25_tokens,
    quantile_cont(output_tokens, 0.5) AS output_p50_tokens,
    quantile_cont(output_tokens, 0.9) AS output_p90_tokens,
    quantile_cont(output_tokens, 0.99) AS output_p99_tokens,
    avg(generation_us) FILTER (generation_us > 0) / 1e6 AS generation_mean_s,
    quantile_cont(generation_us / 1e6, 0.5) FILTER (generation_us > 0) AS generation_p50_s,
    quantile_cont(generation_us / 1e6, 0.9) FILTER (generation_us > 0) AS generation_p90_s,
    median(output_tokens / (generation_us / 1e6)) FILTER (generation_us > 0 AND output_tokens > 0) AS decode_p50_tokens_per_s,
    count(DISTINCT session_id) AS sessions
  FROM steps
  JOIN scopes ON scope IN ('all', provider)
  GROUP BY scope
), growth AS (
  SELECT
    scope,
    count(*) FILTER (delta_tokens > 0) / count(*) AS growing_share,
    count(*) FILTER (delta_tokens < 0) / count(*) AS shrinking_share,
    count(*) FILTER (delta_tokens < 0 AND trigger = 'user') / count(*) FILTER (trigger = 'user') AS user_shrinking_share,
    sum(delta_tokens) FILTER (delta_tokens > 0) / count(*) FILTER (delta_tokens > 0) AS growth_mean_tokens,
    sum(delta_tokens) FILTER (delta_tokens > 0) AS growth_total_tokens
  FROM context_growth
  JOIN scopes ON scope IN ('all', provider)
  GROUP BY scope
), amplification AS (
  SELECT scope, sum(newly_append_tokens) / any_value(growth_total_tokens) AS append_per_growth
  FROM steps
  JOIN scopes ON scope IN ('all', provider)
  JOIN growth USING (scope)
  GROUP BY scope
), redundancy AS ( -- a fresh token was neither in the context before nor in the output before
  SELECT
    scope,
    (sum(greatest(0, total_tokens - previous_total_tokens)) - sum(previous_output_tokens)) / sum(newly_append_tokens) AS fresh_share
  FROM steps
  JOIN scopes ON scope IN ('all', provider)
  WHERE previous_total_tokens IS NOT NULL AND first_event_type IN ('user_message', 'tool_result')
  GROUP BY scope
), retained AS ( -- a user's step that finds its whole past in the cache appends only what is new
  SELECT
    scope,
    sum(
      CASE WHEN first_event_type = 'user_message' AND previous_total_tokens IS NOT NULL
        THEN newly_append_tokens - least(newly_append_tokens, greatest(0, total_tokens - previous_total_tokens))
        ELSE 0 END
    ) / sum(newly_append_tokens) AS retained_cache_saved_share
  FROM steps
  JOIN scopes ON scope IN ('all', provider)
  GROUP BY scope
), major_drops AS (
  SELECT
    *,
    previous_total_tokens >= 0.75 * session_max_tokens AND next_max_tokens < 0.75 * previous_total_tokens AS is_compaction
  FROM steps
  WHERE first_input_event_type IN ('user_message', 'tool_result') AND previous_total_tokens - total_tokens >= 64000
), compactions AS (
  SELECT
    scope,
    count(*) FILTER (is_compaction) AS compactions,
    count(*) FILTER (is_compaction) / count(*) AS compaction_share_of_drops,
    count(*) FILTER (is_compaction AND first_input_event_type = 'tool_result') / count(*) FILTER (is_compaction) AS compaction_by_tool_share,
    count(DISTINCT session_id) FILTER (is_compaction) AS compacting_sessions,
    count(*) FILTER (is_compaction) / count(DISTINCT session_id) FILTER (is_compaction) AS compactions_per_compacting_session
  FROM major_drops
  JOIN scopes ON scope IN ('all', provider)
  GROUP BY scope
), waits AS (
  SELECT
    scope,
    avg(wait_us) / 1e6 AS wait_mean_s,
    quantile_cont(wait_us / 1e6, 0.5) AS wait_p50_s,
    quantile_cont(wait_us / 1e6, 0.9) AS wait_p90_s,
    count(*) FILTER (wait_us <= 300e6) / count(*) AS wait_within_5min_share,
    count(*) FILTER (wait_us <= 3600e6) / count(*) AS wait_within_hour_share
  FROM human_waits
  JOIN scopes ON scope IN ('all', provider)
  GROUP BY scope
), calls AS (
  SELECT
    scope,
    count(*) AS calls,
    avg(effective_ms) FILTER (effective_ms > 0) / 1e3 AS tool_mean_s,
    quantile_cont(effective_ms, 0.5) FILTER (effective_ms > 0) AS tool_p50_ms,
    quantile_cont(effective_ms / 1e3, 0.9) FILTER (effective_ms > 0) AS tool_p90_s,
    count(*) FILTER (effective_ms >= 60000) / count(*) FILTER (effective_ms > 0) AS calls_over_minute_share,
    sum(effective_ms) FILTER (effective_ms >= 60000) / sum(effective_ms) FILTER (effective_ms > 0) AS time_over_minute_share,
    count(*) FILTER (wall_ms > 0 AND internal_ms >= 0) / count(*) AS both_timed_share,
    quantile_cont(greatest(wall_ms - internal_ms, 0) / 1e3, 0.5) FILTER (wall_ms > 0 AND internal_ms >= 0) AS residual_p50_s,
    quantile_cont(greatest(wall_ms - internal_ms, 0) / 1e3, 0.9) FILTER (wall_ms > 0 AND internal_ms >= 0) AS residual_p90_s
  FROM tool_latencies
  JOIN scopes ON scope IN ('all', provider)
  GROUP BY scope
), calls_by_name AS (
  SELECT scope, count(*) AS calls, row_number() OVER (PARTITION BY scope ORDER BY count(*) DESC, tool_name) AS place
  FROM tool_latencies
  JOIN scopes ON scope IN ('all', provider)
  GROUP BY scope, tool_name
), top_tools AS (
  SELECT scope, sum(calls) FILTER (place <= 3) / sum(calls) AS top3_tools_share
  FROM calls_by_name
  GROUP BY scope
), request_facts AS (
  SELECT
    scope,
    count(*) AS requests,
    avg(steps) AS request_steps_mean,
    quantile_cont(steps, 0.5) AS request_steps_p50,
    avg(tool_calls) AS request_calls_mean,
    avg(response_us) / 60e6 AS request_mean_min,
    quantile_cont(response_us / 1e6, 0.5) AS request_p50_s,
    quantile_cont(response_us / 60e6, 0.9) AS request_p90_min,
    sum(generation_s) * 1e6 / sum(response_us) AS request_generation_share,
    sum(tool_effective_s) * 1e6 / sum(response_us) AS request_tool_share
  FROM requests
  JOIN scopes ON scope IN ('all', provider)
  WHERE response_us > 0
  GROUP BY scope
), session_waits AS (
  SELECT session_id, sum(wait_us) AS human_us
  FROM human_waits
  GROUP BY session_id
), session_requests AS (
  SELECT session_id, count(*) AS requests
  FROM requests
  WHERE response_us > 0
  GROUP BY session_id
), sessions AS (
  SELECT
    session_id,
    any_value(provider) AS provider,
    count(*) AS steps,
    sum(tool_calls) AS calls,
    max(last_us) - min(first_us) AS elapsed_us,
    sum(generation_us) AS generation_us,
    sum(effective_s) * 1e6 AS tool_us
  FROM steps
  JOIN step_tools USING (round_pk)
  GROUP BY session_id
), session_facts AS (
  SELECT
    scope,
    avg(steps) AS session_steps_mean,
    quantile_cont(steps, 0.5) AS session_steps_p50,
    quantile_cont(steps, 0.9) AS session_steps_p90,
    avg(calls) AS session_calls_mean,
    avg(coalesce(requests, 0)) AS session_requests_mean,
    quantile_cont(coalesce(requests, 0), 0.5) AS session_requests_p50,
    count(*) FILTER (human_us IS NULL) / count(*) AS session_without_wait_share,
    sum(human_us) / sum(elapsed_us) AS session_human_share,
    sum(generation_us) / sum(elapsed_us) AS session_generation_share,
    sum(tool_us) / sum(elapsed_us) AS session_tool_share
  FROM sessions
  LEFT JOIN session_waits USING (session_id)
  LEFT JOIN session_requests USING (session_id)
  JOIN scopes ON scope IN ('all', provider)
  WHERE elapsed_us > 0
  GROUP BY scope
), long_outputs AS ( -- where an output of 2,000 tokens or more is found in the next step
  SELECT
    provider,
    previous_model AS model,
    next_prefix_tokens - previous_input_tokens AS prefix_gain,
    previous_output_tokens AS output,
    next_append_tokens AS append,
    greatest(512, 0.1 * previous_output_tokens) AS tolerance
  FROM session_neighbors_any_index
  WHERE previous_input_tokens > 0 AND previous_output_tokens >= 2000 AND gap_s BETWEEN 0 AND 240
), output_places AS (
  SELECT
    provider AS scope,
    count(*) FILTER (prefix_gain < output - tolerance AND append >= output - tolerance AND (provider = 'claude' OR model = 'gpt-5.5'))
      / count(*) FILTER (provider = 'claude' OR model = 'gpt-5.5') AS output_resent_share,
    count(*) FILTER (abs(prefix_gain - output) <= tolerance AND model = 'gpt-5.4') / count(*) FILTER (model = 'gpt-5.4') AS output_cached_share
  FROM long_outputs
  GROUP BY provider
), reasoning_times AS (
  SELECT
    round_pk,
    max(epoch_us(timestamp)) FILTER (event_type = 'reasoning') AS reasoning_us,
    list(epoch_us(timestamp)) FILTER (event_type IN ('user_message', 'tool_result')) AS input_us,
    max(epoch_us(timestamp)) FILTER (event_type IN ('text', 'tool_call')) AS visible_us
  FROM timing_events
  GROUP BY round_pk
), reasoning_steps AS (
  SELECT
    provider,
    reasoning_output_tokens AS reasoning_tokens,
    output_tokens - reasoning_output_tokens AS visible_tokens,
    (visible_us - reasoning_us) / 1e6 AS visible_s,
    (reasoning_us - list_max(list_filter(input_us, lambda us: us <= reasoning_us))) / 1e6 AS until_reasoned_s
  FROM rounds
  JOIN reasoning_times USING (round_pk)
  WHERE reasoning_output_tokens > 0 AND output_tokens > reasoning_output_tokens
), visible_pace AS (
  SELECT provider, sum(visible_s) / sum(visible_tokens) AS s_per_token
  FROM reasoning_steps
  WHERE visible_s > 0
  GROUP BY provider
), reasoning_facts AS (
  SELECT
    scope,
    median(visible_tokens / visible_s) FILTER (visible_s > 0) AS visible_decode_p50_tokens_per_s,
    median(until_reasoned_s - reasoning_tokens * s_per_token) FILTER (until_reasoned_s > 0) AS first_token_p50_s
  FROM reasoning_steps
  JOIN visible_pace USING (provider)
  JOIN scopes ON scope IN ('all', provider)
  GROUP BY scope
)
SELECT *, coalesce(compacting_sessions, 0) / sessions AS compacting_session_share
FROM step_facts
LEFT JOIN growth USING (scope)
LEFT JOIN amplification USING (scope)
LEFT JOIN redundancy USING (scope)
LEFT JOIN retained USING (scope)
LEFT JOIN compactions USING (scope)
LEFT JOIN waits USING (scope)
LEFT JOIN calls USING (scope)
LEFT JOIN top_tools USING (scope)
LEFT JOIN request_facts USING (scope)
LEFT JOIN session_facts USING (scope)
LEFT JOIN output_places USING (scope)
LEFT JOIN reasoning_facts USING (scope)
ORDER BY scope
