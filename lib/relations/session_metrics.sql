-- uses: session_facts
-- Sessions in numbers, in the units that people read.
--
-- Grain:  one row per session (`session_id`, unique).
-- Inputs: session_facts
--
--   session_id, provider
--   models                          separated by spaces
--   from_us                         epoch microseconds; NULL without times
--   unpriced_steps, prefix_tokens, context_tokens
--   and the metrics of lib/trace/session-diff/metrics.ts: money in USD, NULL without a price; times in seconds, NULL without times; the
--   rest in calls, steps, requests and tokens
SELECT
  session_id,
  provider,
  array_to_string(models, ' ') AS models,
  first_us AS from_us,
  unpriced_steps,
  prefix_tokens,
  context_tokens,
  requests,
  steps,
  calls,
  errors,
  unknown_calls,
  rework_loops,
  repair_nano / 1e9 AS repair_usd,
  cost_nano / 1e9 AS cost_usd,
  fresh_nano / 1e9 AS fresh_usd,
  read_nano / 1e9 AS read_usd,
  write_nano / 1e9 AS write_usd,
  output_nano / 1e9 AS output_usd,
  active_us / 1e6 AS active_s,
  generation_us / 1e6 AS generation_s,
  tool_us / 1e6 AS tool_s,
  human_us / 1e6 AS human_s,
  peak_context_tokens,
  resets,
  prefix_tokens / nullif(context_tokens, 0) AS hit_ratio,
  output_tokens,
  visible_tokens::DOUBLE AS visible_tokens
FROM session_facts
