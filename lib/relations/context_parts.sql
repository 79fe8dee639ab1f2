-- uses: steps, rent, emitted, delivered, chars_per_token, client_chars
-- What the context of each step grew by, split by where the tokens come from.
--
-- Grain:  one row per row of `steps` (`round_pk`, unique).
-- The first step of a segment takes its whole context as base. Later, growth is allocated in this order: first to the output
-- of the step before, then to the tool results and messages that the step sees for the first time, at the measured characters per
-- token. If these need more than is left, all get the same share of it (the client cut them, or the ratio differs); else the
-- remainder is unexplained: reminders, attachments, images, tool definitions. Base and growth are exact, the split of growth is an estimate.
--
--   round_pk, previous_round_pk, session_id, provider, step, request_no, context_tokens
--                        of `steps`
--   segment, is_base, ride_steps, grown_tokens, priced_steps, rent_nano
--                        of `rent`
--   base_tokens          the context of the first step of a segment; 0 elsewhere
--   prior_output_tokens  allocated to the output of the step before
--   offered_tokens       what results and messages need by their characters
--   carried_share        share of offered_tokens that fits into the growth, at most 1; 0 at the first step of a segment, whose base holds them
--   result_tokens, user_tokens, client_tokens
--                        allocated to tool results, to user messages, to messages of the client or another agent
--   unexplained_tokens   the rest; this and the five other kinds add up to grown_tokens
WITH results AS (
  SELECT into_round_pk AS round_pk, sum(result_chars)::BIGINT AS result_chars
  FROM delivered
  WHERE into_round_pk IS NOT NULL
  GROUP BY into_round_pk
), offered AS (
  SELECT
    steps.round_pk,
    previous_round_pk,
    steps.session_id,
    steps.provider,
    step,
    request_no,
    context_tokens,
    segment,
    is_base,
    ride_steps,
    grown_tokens,
    priced_steps,
    rent_nano,
    CASE WHEN is_base THEN grown_tokens ELSE 0 END AS base_tokens,
    CASE WHEN is_base THEN 0 ELSE least(grown_tokens, visible_tokens) END AS prior_output_tokens,
    grown_tokens - base_tokens - prior_output_tokens AS left_tokens,
    coalesce(result_chars, 0) / chars_per_token AS offered_results,
    user_message_chars / chars_per_token AS offered_messages,
    coalesce(client_chars, 0) / chars_per_token AS offered_by_client,
    offered_results + offered_messages + offered_by_client AS offered_tokens
  FROM steps
  JOIN rent USING (round_pk)
  JOIN chars_per_token USING (provider)
  LEFT JOIN emitted ON emitted.round_pk = previous_round_pk
  LEFT JOIN results ON results.round_pk = steps.round_pk
  LEFT JOIN client_chars ON client_chars.round_pk = steps.round_pk
), shared AS (
  SELECT *, CASE WHEN is_base THEN 0 WHEN offered_tokens > left_tokens THEN left_tokens / offered_tokens ELSE 1 END AS carried_share
  FROM offered
)
SELECT
  round_pk,
  previous_round_pk,
  session_id,
  provider,
  step,
  request_no,
  context_tokens,
  segment,
  is_base,
  ride_steps,
  grown_tokens,
  priced_steps,
  rent_nano,
  base_tokens,
  prior_output_tokens,
  offered_tokens,
  carried_share,
  offered_results * carried_share AS result_tokens,
  offered_messages * carried_share AS user_tokens,
  offered_by_client * carried_share AS client_tokens,
  greatest(left_tokens - offered_tokens, 0) AS unexplained_tokens
FROM shared
