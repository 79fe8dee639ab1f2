-- uses: failure_episodes
-- How episodes ended and what the next step did, by tool.
--
-- merge: key(kind, provider, tool, outcome, next_move) sum(episodes, failures, unknown_later, edits, repair_steps, repair_tokens, repair_nano, unpriced_repair_steps)
-- Grain:   one row per kind, provider, tool, outcome and next move.
-- Columns: kind        error, denied, poll or empty search: what an episode is counted as
--          edits       episodes with an edit between the failure and its end
--          others      as in the relation, added up; nano-dollars are exact below 2^53
SELECT
  kind,
  provider,
  tool,
  outcome,
  next_move,
  count(*) AS episodes,
  sum(failures)::BIGINT AS failures,
  count(*) FILTER (unknown_later) AS unknown_later,
  count(*) FILTER (edits_between > 0) AS edits,
  sum(repair_steps)::BIGINT AS repair_steps,
  sum(repair_tokens)::BIGINT AS repair_tokens,
  sum(repair_nano)::BIGINT AS repair_nano,
  sum(unpriced_repair_steps)::BIGINT AS unpriced_repair_steps
FROM failure_episodes
GROUP BY kind, provider, tool, outcome, next_move
ORDER BY kind, provider, tool, outcome, next_move
