-- The sessions worth drawing, with what their steps add up to: candidates that pass the filters, by three rankings.
-- Where no session passes them, all sessions of the provider are ranked instead.
--
-- Grain:      one row per session that is among the first of a ranking or asked for, in order of first appearance in the trace.
-- Parameters: as in sessions.sql
-- Columns:    as in sessions.sql, and
--             score_rank, context_rank, compaction_rank
--                                  from 1; NULL when it is not ranked (the last one: when it was never compacted). Of a session that
--                                  is only asked for, at least beyond those wanted
--             sessions, candidates how many there are in the pool
WITH counted AS (
  SELECT sum(sessions) AS sessions, sum(candidates) AS candidates
  FROM parts
  WHERE is_first
), eligible AS (
  SELECT parts.* EXCLUDE (sessions, candidates), counted.*, is_candidate OR (is_wanted AND counted.candidates = 0) AS is_ranked
  FROM parts, counted
), ranked AS (
  SELECT
    *,
    CASE WHEN is_ranked THEN row_number() OVER (PARTITION BY is_ranked ORDER BY score DESC, first_pk) END AS score_rank,
    CASE WHEN is_ranked THEN row_number() OVER (PARTITION BY is_ranked ORDER BY context_score DESC, first_pk) END AS context_rank,
    CASE
      WHEN is_ranked AND compactions > 0
        THEN row_number() OVER (PARTITION BY is_ranked AND compactions > 0 ORDER BY compaction_score DESC, first_pk)
    END AS compaction_rank
  FROM eligible
)
SELECT * EXCLUDE (first_pk, is_first, compaction_score, is_wanted, compactions, is_ranked)
FROM ranked
WHERE
  score_rank <= greatest($candidates, $top)
  OR context_rank <= $context
  OR compaction_rank <= $compactions
  OR list_contains(string_split($asked, ' '), md5(session_id))
ORDER BY first_pk
