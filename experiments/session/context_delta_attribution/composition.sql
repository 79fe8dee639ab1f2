-- uses: context_deltas, steps, rent, logged_compactions
-- What each step of some sessions adds to its context.
--
-- Grain:   one row per step, sessions apart.
-- Params:  $sessions   MD5 of the session ids in hexadecimal, separated by spaces
-- merge:   all by session_id, step
-- Columns: session_id, provider, step
--          opens_request   a user message begins a request here
--          segment, context_tokens, freed_tokens   as in context_deltas
--          clears_results  a micro-compaction before the step, which clears results of tools only
--          input_nano      billed input of the step; NULL without a price
--          and tokens by source, as lib/trace/context.ts names them
SELECT
  context_deltas.session_id,
  context_deltas.provider,
  context_deltas.step,
  request_us IS NOT NULL AS opens_request,
  context_deltas.segment,
  context_deltas.context_tokens,
  freed_tokens,
  context_deltas.round_pk IN (SELECT round_pk FROM logged_compactions WHERE kind = 'micro_compact' AND round_pk IS NOT NULL) AS clears_results,
  input_nano::DOUBLE AS input_nano,
  if(context_deltas.segment = 0, base_tokens, 0) AS session_base,
  if(context_deltas.segment > 0, base_tokens, 0) AS after_reset,
  result_tokens AS tool_result,
  prior_output_tokens AS prior_output,
  user_tokens AS user_message,
  client_tokens AS client_message,
  unexplained_tokens AS unexplained
FROM context_deltas
JOIN steps USING (round_pk)
JOIN rent USING (round_pk)
WHERE list_contains(string_split($sessions, ' '), md5(context_deltas.session_id))
ORDER BY context_deltas.session_id, context_deltas.step
