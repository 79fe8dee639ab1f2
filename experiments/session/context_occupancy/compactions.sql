-- uses: logged_compactions, context_use
-- Logged compactions, and what the context did there.
--
-- Grain:   one row per logged compaction or micro-compaction, by session.
-- merge:   all by session_id, step NULLS LAST, seq
-- Columns: session_id, seq, kind, trigger, logged_before, logged_after   as in logged_compactions
--          provider, step    of the step after it; NULL: none
--          context_before, context_after   of the step before and of that step
--          cleared_results   results of tools that a micro-compaction cleared
--          is_inferred       the context fell so far that the reset is found without the log
SELECT
  logged_compactions.session_id AS session_id,
  seq,
  provider,
  step,
  kind,
  trigger,
  logged_before,
  logged_after,
  previous_context_tokens AS context_before,
  context_tokens AS context_after,
  CASE WHEN tool_call_ids <> '' THEN len(string_split(tool_call_ids, ' ')) END AS cleared_results,
  coalesce(reset IN ('inferred', 'both'), false) AS is_inferred
FROM logged_compactions
LEFT JOIN context_use USING (round_pk)
ORDER BY session_id, step NULLS LAST, seq
