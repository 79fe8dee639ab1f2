-- uses: delivered, context_parts, chars_per_token
-- How many tokens of the context each tool result is, and what these cost until they leave it.
--
-- Grain:  one row per row of `delivered` that a step sees (`call_round_pk, tool_index`, unique).
-- Tokens are allocated by `context_parts`. A result that came with the first step of a segment is in its base: nothing is
-- known of its tokens, so they are 0.
--
--   call_round_pk, tool_index, call_no, session_pk, provider, tool, is_error, result_chars, into_round_pk
--                        of `delivered`
--   is_base              into_round_pk is the first step of a segment
--   ride_steps           later steps of the segment, which read the result again
--   offered_tokens       result_chars at the measured characters per token
--   carried_tokens       the part of these that the context grew by
--   rent_nano            what one token of them costs to the end of the segment, nano-dollars; NULL without a price
SELECT
  call_round_pk,
  tool_index,
  call_no,
  session_pk,
  delivered.provider,
  tool,
  is_error,
  result_chars,
  into_round_pk,
  is_base,
  ride_steps,
  result_chars / chars_per_token AS offered_tokens,
  result_chars / chars_per_token * carried_share AS carried_tokens,
  rent_nano
FROM delivered
JOIN context_parts ON round_pk = into_round_pk
JOIN chars_per_token ON chars_per_token.provider = delivered.provider
