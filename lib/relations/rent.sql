-- uses: steps, context_resets, step_cost
-- What one token in the context costs from the step where it enters until it leaves, by sharing the billed input of each
-- step over the tokens of its context. A miss of the cache is inside, because the shares are of what was billed.
--
-- Grain:  one row per row of `steps` (`round_pk`, unique).
-- A segment runs from one context reset to the next. In it, growth adds tokens, and a smaller context keeps the same share of
-- each token that was there. So the grown tokens of a pool, each times its rent, add up to the input bill of its priced steps.
-- Money is in nano-dollars at the prices of `step_cost`. A step without a price adds nothing to the rent of steps before it.
--
--   round_pk, session_pk     the step
--   segment                  0, 1, … within the session
--   is_base                  the first step of its segment
--   ride_steps               later steps of the segment
--   grown_tokens             the context at the first step of a segment; then what it grew by, at least 0
--   input_nano               billed input of the step, whole; NULL without a price
--   priced_steps             steps with a price among this one and the later ones of the segment
--   rent_nano                cost of one token that enters at this step, to the end of the segment; DOUBLE, NULL where
--                            priced_steps is 0
WITH RECURSIVE billed AS (
  SELECT
    round_pk,
    session_pk,
    context_tokens,
    count(context_resets.round_pk) OVER (PARTITION BY session_pk ORDER BY steps.round_pk) AS segment,
    cost_nano - output_nano AS input_nano
  FROM steps
  JOIN step_cost USING (round_pk)
  LEFT JOIN context_resets USING (round_pk)
), grown AS (
  SELECT
    *,
    first_value(round_pk) OVER in_segment AS base_round_pk,
    row_number() OVER in_segment AS place,
    count(*) OVER (PARTITION BY session_pk, segment) AS segment_steps,
    count(input_nano) OVER (in_segment ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS priced_steps,
    greatest(context_tokens - lag(context_tokens, 1, 0) OVER in_segment, 0) AS grown_tokens,
    CASE WHEN context_tokens > 0 THEN coalesce(input_nano / context_tokens, 0) ELSE 0 END AS share,
    CASE WHEN context_tokens > 0 THEN least(lead(context_tokens, 1, 0) OVER in_segment / context_tokens, 1) ELSE 0 END AS kept
  FROM billed
  WINDOW in_segment AS (PARTITION BY session_pk, segment ORDER BY round_pk)
), summed AS (
  -- rent of a step = its share + what is kept of a token * rent of the next step. Each round doubles the steps that are
  -- summed, in a fixed order, so that the last digit doesn't depend on threads.
  SELECT base_round_pk, place, segment_steps, 1::BIGINT AS reach, share::DOUBLE AS rent, kept::DOUBLE AS kept
  FROM grown
  UNION ALL
  SELECT
    step.base_round_pk,
    step.place,
    step.segment_steps,
    2 * step.reach,
    step.rent + step.kept * coalesce(onward.rent, 0),
    step.kept * coalesce(onward.kept, 0)
  FROM summed AS step
  LEFT JOIN summed AS onward ON onward.base_round_pk = step.base_round_pk AND onward.place = step.place + step.reach
  WHERE step.reach < step.segment_steps
)
SELECT
  round_pk,
  session_pk,
  segment,
  grown.place = 1 AS is_base,
  grown.segment_steps - grown.place AS ride_steps,
  grown_tokens,
  input_nano,
  priced_steps,
  CASE WHEN priced_steps > 0 THEN rent END AS rent_nano
FROM grown
JOIN summed USING (base_round_pk, place)
WHERE reach >= summed.segment_steps
