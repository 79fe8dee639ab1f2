-- uses: calls
-- Results of tool calls, and the step whose context has each for the first time.
--
-- Grain:  one row per call of `calls` whose result some step logged (`call_round_pk, tool_index`, unique).
-- Codex logs a result that comes before the usage report in the step of the call; its text reaches the model one step later.
--
--   call_round_pk, tool_index, call_no, session_pk, provider, tool, is_error
--                    of the call
--   result_chars     characters of the result; 0 when unknown
--   into_round_pk    the step that sees the result first; NULL when the session ends before that
SELECT
  round_pk AS call_round_pk,
  tool_index,
  call_no,
  session_pk,
  provider,
  tool,
  is_error,
  coalesce(result_chars, 0) AS result_chars,
  CASE WHEN result_round_pk = round_pk THEN next_round_pk ELSE result_round_pk END AS into_round_pk
FROM calls
WHERE result_round_pk IS NOT NULL
