-- uses: context_deltas, context_sources, steps, rent
-- What each step of some sessions adds to its context.
--
-- Grain:   one row per step, sessions apart.
-- Params:  $sessions   MD5 of the session ids in hexadecimal, separated by spaces
-- merge:   all by session_id, step
-- Columns: session_id, provider, step
--          opens_request   a user message begins a request here
--          segment, context_tokens, freed_tokens   as in context_deltas
--          input_nano      billed input of the step; NULL without a price
--          and those of context_sources
SELECT
  context_deltas.session_id,
  context_deltas.provider,
  context_deltas.step,
  request_us IS NOT NULL AS opens_request,
  context_deltas.segment,
  context_deltas.context_tokens,
  freed_tokens,
  input_nano::DOUBLE AS input_nano,
  context_sources.* EXCLUDE (round_pk)
FROM context_deltas
JOIN context_sources USING (round_pk)
JOIN steps USING (round_pk)
JOIN rent USING (round_pk)
WHERE list_contains(string_split($sessions, ' '), md5(context_deltas.session_id))
ORDER BY context_deltas.session_id, context_deltas.step
