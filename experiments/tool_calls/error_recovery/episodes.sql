-- uses: failure_episodes
-- Every episode, with times in seconds and money in USD.
--
-- merge: all by provider, session_id, request_no, first_step, tool, kind
-- Grain:   one row per episode, as in the relation failure_episodes.
SELECT
  provider,
  session_id,
  request_no,
  tool,
  kind,
  first_step,
  failures AS attempts,
  outcome,
  unknown_later,
  next_move,
  steps_to_recovery,
  to_recovery_us / 1e6 AS seconds_to_recovery,
  agent_us / 1e6 AS agent_seconds,
  reads_between,
  edits_between,
  runs_between,
  others_between,
  repair_steps,
  repair_tokens,
  repair_nano / 1e9 AS repair_usd,
  unpriced_repair_steps
FROM failure_episodes
ORDER BY provider, session_id, request_no, first_step, tool, kind
