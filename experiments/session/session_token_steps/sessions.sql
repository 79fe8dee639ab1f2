-- uses: step_times
-- The sessions that may be worth drawing, with what their steps add up to: the first by three scores of the candidates, which pass the
-- filters, and of the others of the provider. All sessions asked for and the first one of the trace are there, too.
--
-- Grain:      one row per such session.
-- Inputs:     rounds, tool_calls, step_times
-- Parameters: $asked               MD5 of session ids that are wanted in any case, in hexadecimal, separated by spaces
--             $provider            only sessions of this provider are wanted; NULL for all
--             $min_rounds, $max_rounds, $min_user_input_rounds, $min_tool_result_rounds, $max_user_input_fraction
--                                  bounds of a candidate, inclusive
--             $candidates, $top, $context, $compactions
--                                  how many of the first are wanted: two numbers for the balanced score, and of the other rankings
--             $min_context_tokens, $min_drop_tokens, $max_remaining_share, $confirming_steps
--                                  the rule for drops of compaction.ts
-- Columns:    session_id
--             first_pk             its first step
--             is_first             whether it is the first one in the trace
--             provider, model      the most frequent one over the session's steps; the one seen first among equals; '<unknown>' when there is none
--             rounds ... max_total_input_tokens
--                                  sums over the steps; tokens as DOUBLE (exact below 2^53), missing or negative ones are 0
--             total_output_tokens  only of final counts, NULL without any; output_rounds counts them
--             generation_us        observable generation time of inference_rounds steps, microseconds
--             score, context_score, compaction_score
--             is_wanted            whether it is of the provider
--             is_candidate         whether it passes the filters
--             compactions          of both kinds
--             sessions, candidates how many there are
WITH calls AS (
  SELECT round_pk, count(*) AS tool_calls
  FROM tool_calls
  GROUP BY round_pk
), steps AS (
  SELECT
    session_id,
    round_pk,
    provider,
    model,
    greatest(coalesce(prefix_tokens, 0), 0) AS prefix_tokens,
    greatest(coalesce(newly_append_tokens, 0), 0) AS append_tokens,
    CASE WHEN output_is_final THEN greatest(coalesce(output_tokens, 0), 0) END AS output_tokens,
    coalesce(tool_calls, 0) AS tool_calls,
    has_user_message,
    has_tool_result,
    explicit_compaction,
    generation_us,
    coalesce(round_index, 1000000000) AS step_position,
    first_us
  FROM rounds
  JOIN step_times USING (round_pk)
  LEFT JOIN calls USING (round_pk)
  WHERE session_id <> '' -- a step without a session is in no sequence
), neighbors AS (
  SELECT
    *,
    prefix_tokens + append_tokens AS tokens,
    lag(prefix_tokens + append_tokens) OVER (PARTITION BY session_id ORDER BY step_position, first_us NULLS LAST, round_pk) AS tokens_before,
    max(prefix_tokens + append_tokens) OVER (
      PARTITION BY session_id
      ORDER BY step_position, first_us NULLS LAST, round_pk
      ROWS BETWEEN 1 FOLLOWING AND $confirming_steps::BIGINT FOLLOWING
    ) AS following_max_tokens
  FROM steps
), judged AS (
  SELECT
    *,
    NOT explicit_compaction
    AND tokens_before >= $min_context_tokens
    AND tokens_before - tokens >= $min_drop_tokens
    AND tokens <= $max_remaining_share * tokens_before
    AND following_max_tokens < $max_remaining_share * tokens_before AS is_lasting_drop
  FROM neighbors
), provider_counts AS (
  SELECT session_id, provider, count(*) AS steps, min(round_pk) AS first_pk
  FROM steps
  WHERE provider IS NOT NULL
  GROUP BY session_id, provider
), model_counts AS (
  SELECT session_id, model, count(*) AS steps, min(round_pk) AS first_pk
  FROM steps
  WHERE model IS NOT NULL
  GROUP BY session_id, model
), usual_providers AS (
  SELECT session_id, first(provider ORDER BY steps DESC, first_pk) AS provider
  FROM provider_counts
  GROUP BY session_id
), usual_models AS (
  SELECT session_id, first(model ORDER BY steps DESC, first_pk) AS model
  FROM model_counts
  GROUP BY session_id
), sums AS (
  SELECT
    session_id,
    min(round_pk) AS first_pk,
    count(*)::DOUBLE AS rounds,
    (count(*) FILTER (has_user_message))::DOUBLE AS user_input_rounds,
    (count(*) FILTER (has_tool_result))::DOUBLE AS tool_result_rounds,
    sum(tool_calls)::DOUBLE AS tool_calls,
    sum(prefix_tokens)::DOUBLE AS total_prefix_tokens,
    sum(append_tokens)::DOUBLE AS total_append_tokens,
    sum(output_tokens)::DOUBLE AS total_output_tokens,
    count(output_tokens)::DOUBLE AS output_rounds,
    coalesce(sum(generation_us), 0)::DOUBLE AS generation_us,
    count(generation_us)::DOUBLE AS inference_rounds,
    (count(*) FILTER (is_lasting_drop))::DOUBLE AS input_drop_compaction_count,
    (count(*) FILTER (explicit_compaction))::DOUBLE AS explicit_compaction_count,
    max(prefix_tokens)::DOUBLE AS max_prefix_tokens,
    max(append_tokens)::DOUBLE AS max_append_tokens,
    max(tokens)::DOUBLE AS max_total_input_tokens
  FROM judged
  GROUP BY session_id
), sessions AS (
  SELECT
    sums.*,
    coalesce(provider, '<unknown>') AS provider,
    coalesce(model, '<unknown>') AS model,
    -- Steps of the rarer of the two triggers: many only when both users and tools drive the session.
    least(user_input_rounds, tool_result_rounds) AS turns,
    input_drop_compaction_count + explicit_compaction_count AS compactions,
    log2(greatest(1, max_total_input_tokens)) AS max_log2,
    log2(greatest(1, total_prefix_tokens + total_append_tokens)) AS total_log2
  FROM sums
  LEFT JOIN usual_providers USING (session_id)
  LEFT JOIN usual_models USING (session_id)
), scored AS (
  SELECT
    *,
    -- Long sessions that people and tools take turns in, with a bonus for compactions.
    rounds + 5 * turns + max_log2 + 0.03::DOUBLE * tool_calls + 12 * compactions AS score,
    -- Sessions with a large context.
    18 * max_log2 + 10 * total_log2 + 0.25::DOUBLE * rounds + 0.2::DOUBLE * turns + 10 * compactions AS context_score,
    -- Sessions with many compactions.
    100 * compactions + 10 * max_log2 + 0.1::DOUBLE * rounds + 0.01::DOUBLE * tool_calls AS compaction_score,
    $provider::VARCHAR IS NULL OR provider = $provider AS is_wanted,
    is_wanted
    AND rounds BETWEEN $min_rounds AND $max_rounds
    AND user_input_rounds >= $min_user_input_rounds
    AND tool_result_rounds >= $min_tool_result_rounds
    AND user_input_rounds / rounds <= $max_user_input_fraction AS is_candidate
  FROM sessions
), ranked AS (
  SELECT
    *,
    first_pk = min(first_pk) OVER () AS is_first,
    count(*) OVER () AS sessions,
    count(*) FILTER (is_candidate) OVER () AS candidates,
    row_number() OVER (PARTITION BY is_wanted, is_candidate ORDER BY score DESC, first_pk) AS score_rank,
    row_number() OVER (PARTITION BY is_wanted, is_candidate ORDER BY context_score DESC, first_pk) AS context_rank,
    row_number() OVER (PARTITION BY is_wanted, is_candidate, compactions > 0 ORDER BY compaction_score DESC, first_pk) AS compaction_rank
  FROM scored
)
SELECT
  session_id,
  first_pk,
  is_first,
  provider,
  model,
  rounds,
  user_input_rounds,
  tool_result_rounds,
  tool_calls,
  total_prefix_tokens,
  total_append_tokens,
  total_output_tokens,
  output_rounds,
  generation_us,
  inference_rounds,
  input_drop_compaction_count,
  explicit_compaction_count,
  max_prefix_tokens,
  max_append_tokens,
  max_total_input_tokens,
  score,
  context_score,
  compaction_score,
  is_wanted,
  is_candidate,
  compactions,
  sessions,
  candidates
FROM ranked
WHERE
  is_first
  OR is_wanted
  AND (
    score_rank <= greatest($candidates, $top)
    OR context_rank <= $context
    OR compactions > 0 AND compaction_rank <= $compactions
  )
  OR list_contains(string_split($asked, ' '), md5(session_id))
