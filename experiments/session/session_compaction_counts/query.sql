-- merge: key(provider, compactions) sum(sessions, major_reductions, user_initiated, tool_initiated)
-- How many sessions had how many compactions: sharp falls of the total input between neighboring steps that began near the session's largest
-- context and are not made up for by the next steps.
--
-- Grain:   one row per provider and number of compactions that a session has, none included; NULL first.
-- Inputs:  rounds. A session is one session_id that is not empty; its steps are in file order.
-- Params:  $min_drop_tokens  least fall that counts as a major reduction
--          $near_max_ratio   least size before it, as a share of the session's largest total input
--          $rebound_ratio    share of the size before it that must not be reached again ...
--          $rebound_steps    ... in so many steps after it; where none follows or none is asked for, it is not a compaction
-- Columns: provider          of the session's last step in the trace; NULL when that has none
--          compactions       of a session
--          sessions          that have so many
--          major_reductions, user_initiated, tool_initiated
--                            of all of them: major reductions, and compactions by first_input_event_type of the step. Only steps that
--                            begin with a user message or a tool result count.
WITH named AS (
  SELECT session_id, min(round_pk) AS session_pk -- compared faster than a text
  FROM rounds
  WHERE session_id <> ''
  GROUP BY session_id
), steps AS (
  SELECT
    session_pk,
    round_pk,
    provider,
    first_input_event_type AS trigger,
    coalesce(prefix_tokens + newly_append_tokens, 0) AS tokens
  FROM rounds
  JOIN named USING (session_id)
), neighbors AS (
  SELECT
    *,
    lag(tokens) OVER (PARTITION BY session_pk ORDER BY round_pk) AS previous_tokens,
    max(tokens) OVER (PARTITION BY session_pk) AS session_max_tokens,
    max(tokens) OVER (
      PARTITION BY session_pk ORDER BY round_pk ROWS BETWEEN 1 FOLLOWING AND $rebound_steps::BIGINT FOLLOWING
    ) AS following_max_tokens
  FROM steps
), judged AS (
  SELECT
    *,
    trigger IN ('user_message', 'tool_result')
    AND session_max_tokens > 0
    AND previous_tokens - tokens >= $min_drop_tokens AS is_major,
    is_major
    AND previous_tokens >= $near_max_ratio * session_max_tokens
    AND following_max_tokens < $rebound_ratio * previous_tokens AS is_compaction
  FROM neighbors
), sessions AS (
  SELECT
    session_pk,
    arg_max_null(provider, round_pk) AS provider,
    count(*) FILTER (is_major) AS major_reductions,
    count(*) FILTER (is_compaction AND trigger = 'user_message') AS user_initiated,
    count(*) FILTER (is_compaction AND trigger = 'tool_result') AS tool_initiated
  FROM judged
  GROUP BY session_pk
)
SELECT
  provider,
  user_initiated + tool_initiated AS compactions,
  count(*) AS sessions,
  sum(major_reductions)::BIGINT AS major_reductions,
  sum(user_initiated)::BIGINT AS user_initiated,
  sum(tool_initiated)::BIGINT AS tool_initiated
FROM sessions
GROUP BY provider, compactions
ORDER BY provider NULLS FIRST, compactions
