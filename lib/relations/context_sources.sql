-- uses: context_parts, logged_compactions
-- What joins the context of each step by source, as lib/trace/context.ts names them.
--
-- Grain:  one row per row of `context_parts` (`round_pk`, unique).
-- Base and growth are exact, the split of growth is an estimate.
--
--   round_pk
--   clears_results   a micro-compaction before the step, which clears results of tools only
--   session_base, after_reset, tool_result, prior_output, user_message, client_message, unexplained
--                    tokens
SELECT
  round_pk,
  round_pk IN (SELECT round_pk FROM logged_compactions WHERE kind = 'micro_compact' AND round_pk IS NOT NULL) AS clears_results,
  if(segment = 0, base_tokens, 0) AS session_base,
  if(segment > 0, base_tokens, 0) AS after_reset,
  result_tokens AS tool_result,
  prior_output_tokens AS prior_output,
  user_tokens AS user_message,
  client_tokens AS client_message,
  unexplained_tokens AS unexplained
FROM context_parts
