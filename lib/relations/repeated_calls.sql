-- uses: calls, tool_activity
-- Calls that do again what an earlier call of the same request did, or try again what failed.
--
-- Grain:  one row per call in a request that is one (`round_pk, tool_index`, unique); all other calls are new.
-- Inputs: tool_inputs
-- Two inputs are the same if their keyed hashes are, where these are known; else if tool and length are, which is necessary but
-- not sufficient. An input of a few characters has an equal length by chance, so a question may ask for a minimum.
-- Parallel calls are in the order of their step. A call of unknown status counts as one that didn't fail.
--
--   round_pk, tool_index, session_id, session_pk, provider, request_no, step, call_no, tool, is_error, input_chars
--                         the call
--   class                 'identical_after_error': the previous call of the tool in the request failed, with the same input;
--                         'altered_after_error': it failed, with another input; else an earlier call of the request had the same input
--                         and didn't fail: 'recheck' if there is an edit after the latest such call, else 'redundant'. Edits and waits are
--                         never of the last two
--   class_if_short        what the call is if its input is too short for that: 'altered_after_error' after an error, else 'new'
--   basis                 how equal inputs are known: 'hash' or 'size'
--   previous_call_no      the previous call of the tool after an error; else the latest one with the same input that didn't fail
--   previous_status       of the previous call of the tool: 'failed', 'worked' or 'unknown'
--   sole_from_chars       where all calls of the step are after an error or redundant: the shortest input of those that are redundant by size, a
--                         large number where none is; else NULL. Nothing but repetitions is in the step where this is at least the minimum
--   is_first_of_step      the first call of its step
WITH marked AS (
  SELECT
    calls.*,
    activity = 'edit' AS is_edit,
    is_wait,
    coalesce(input_hash, input_chars::VARCHAR) AS input,
    if(input_hash IS NULL, 'size', 'hash') AS basis
  FROM calls
  JOIN tool_activity USING (tool)
  LEFT JOIN tool_inputs USING (round_pk, tool_index)
  WHERE request_no > 0
), failing AS (
  SELECT session_pk, request_no, tool
  FROM marked
  WHERE is_error IS NOT FALSE
  GROUP BY ALL
), after_calls AS (
  SELECT
    round_pk,
    tool_index,
    lag(call_no) OVER in_request AS previous_call_no,
    coalesce(lag(is_error) OVER in_request, FALSE) AS after_error,
    CASE
      WHEN after_error THEN 'failed'
      WHEN previous_call_no IS NOT NULL AND lag(is_error) OVER in_request IS NULL THEN 'unknown'
    END AS previous_status,
    coalesce(lag(input) OVER in_request = input, FALSE) AS is_same
  FROM marked
  SEMI JOIN failing USING (session_pk, request_no, tool)
  WINDOW in_request AS (PARTITION BY session_pk, request_no, tool ORDER BY call_no)
), repeating AS (
  SELECT session_pk, request_no, tool, input
  FROM marked
  WHERE NOT is_edit AND NOT is_wait AND input IS NOT NULL
  GROUP BY ALL
  HAVING count(*) > 1
), again AS (
  SELECT
    round_pk,
    tool_index,
    session_pk,
    call_no,
    max(CASE WHEN is_error IS NOT TRUE THEN call_no END)
      OVER (PARTITION BY session_pk, request_no, tool, input ORDER BY call_no ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS same_call_no
  FROM marked
  SEMI JOIN repeating USING (session_pk, request_no, tool, input)
), edits AS (
  SELECT session_pk, call_no AS edit_call_no FROM marked WHERE is_edit
), edited AS (
  SELECT again.*, coalesce(edit_call_no > same_call_no, FALSE) AS edit_between
  FROM (SELECT * FROM again WHERE same_call_no IS NOT NULL) AS again
  ASOF LEFT JOIN edits ON edits.session_pk = again.session_pk AND edits.edit_call_no < again.call_no
), classed AS (
  SELECT
    marked.*,
    CASE
      WHEN after_error AND is_same THEN 'identical_after_error'
      WHEN after_error THEN 'altered_after_error'
      WHEN edit_between THEN 'recheck'
      WHEN same_call_no IS NOT NULL THEN 'redundant'
    END AS class,
    if(coalesce(after_error, FALSE), 'altered_after_error', 'new') AS class_if_short,
    if(coalesce(after_error, FALSE), previous_call_no, same_call_no) AS previous_call_no,
    coalesce(previous_status, 'worked') AS previous_status
  FROM marked
  LEFT JOIN after_calls USING (round_pk, tool_index)
  LEFT JOIN edited USING (round_pk, tool_index)
  WHERE after_error OR same_call_no IS NOT NULL
), step_calls AS (
  SELECT round_pk, count(*) AS calls, min(tool_index) AS first_index
  FROM marked
  GROUP BY round_pk
), sole AS (
  SELECT round_pk, coalesce(min(input_chars) FILTER (class = 'redundant' AND basis = 'size'), 2147483647) AS sole_from_chars
  FROM classed
  JOIN step_calls USING (round_pk)
  GROUP BY round_pk, calls
  HAVING count(*) FILTER (class <> 'recheck') = calls
)
SELECT
  classed.round_pk, tool_index, session_id, session_pk, provider, request_no, step, call_no, tool, is_error, input_chars,
  class, class_if_short, basis, previous_call_no, previous_status, sole_from_chars,
  tool_index = first_index AS is_first_of_step
FROM classed
JOIN step_calls USING (round_pk)
LEFT JOIN sole USING (round_pk)
