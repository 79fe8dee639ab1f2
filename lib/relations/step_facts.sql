-- uses: step_times, dated_steps, step_cost
-- Each step with what questions choose and group by, its tokens and its cost. What is missing has a name, so that every step is in a group.
--
-- Grain:  one row per row of `rounds` (`round_pk`, unique).
-- Inputs: rounds, round_details, the relations above
--
--   round_pk, session_id, conversation_id, output_is_final
--                     of `rounds`
--   is_helper         whether its session is not the one at the root of the conversation; false where that is unknown
--   provider, model   '<unknown-provider>', '<unknown-model>' when missing or empty
--   project           of `dated_steps`; '<unknown-project>' when unknown
--   first_us          earliest event of the step, epoch microseconds; NULL without a time, or beyond the years 1 to 9999
--   day               of first_us in UTC, as 2026-01-31; '(undated)', which is before all days, without
--   prefix_tokens     input read from the cache; this and all other counts are 0 when missing or negative
--   append_tokens     new input
--   write_tokens      the part of append_tokens that is billed as a cache write
--   context_tokens    prefix_tokens + append_tokens
--   output_tokens     reasoning included, as logged
--   cost_nano         of `step_cost`: nano-dollars, NULL without a price
WITH counted AS (
  SELECT
    round_pk,
    session_id,
    conversation_id,
    output_is_final,
    coalesce(session_id <> conversation_id, false) AS is_helper,
    coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
    coalesce(nullif(model, ''), '<unknown-model>') AS model,
    greatest(prefix_tokens, 0) AS prefix_tokens, -- ignores NULLs, here and below
    greatest(newly_append_tokens, 0) AS append_tokens,
    greatest(coalesce(claude_cache_creation_input_tokens, cache_write_tokens), 0) AS logged_write_tokens,
    greatest(output_tokens, 0) AS output_tokens
  FROM rounds
  LEFT JOIN round_details USING (round_pk)
)
SELECT
  round_pk,
  session_id,
  conversation_id,
  is_helper,
  provider,
  model,
  coalesce(project, '<unknown-project>') AS project,
  CASE WHEN step_times.first_us BETWEEN epoch_us(TIMESTAMP '0001-01-01') AND epoch_us(TIMESTAMP '9999-12-31') THEN step_times.first_us END AS first_us,
  coalesce(strftime(make_timestamp(first_us), '%Y-%m-%d'), '(undated)') AS day,
  prefix_tokens,
  append_tokens,
  least(logged_write_tokens, append_tokens) AS write_tokens,
  prefix_tokens + append_tokens AS context_tokens,
  output_tokens,
  output_is_final,
  cost_nano
FROM counted
JOIN step_times USING (round_pk)
JOIN dated_steps USING (round_pk)
JOIN step_cost USING (round_pk)
