-- Appends of each agent step of Claude and Codex, by how much of its prompt was cached.
--
-- Grain:   one row per step whose prefix is not negative, in any order
-- Inputs:  rounds
-- Columns: provider        claude or codex
--          session_id
--          bin_no          0 below 1,024 cached tokens, then one bin for each doubling; 9 from 262,144 on
--          append_tokens   a missing count is 0, as is a missing prefix
WITH steps AS (
  SELECT
    provider,
    session_id,
    coalesce(prefix_tokens, 0) AS prefix_tokens,
    coalesce(newly_append_tokens, 0)::DOUBLE AS append_tokens
  FROM rounds
  WHERE provider IN ('claude', 'codex')
)
SELECT
  provider,
  session_id,
  -- Integers throughout: logarithms may miss an edge.
  len(list_filter([1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072, 262144], lambda edge: edge <= prefix_tokens))::INTEGER AS bin_no,
  append_tokens
FROM steps
WHERE prefix_tokens >= 0
