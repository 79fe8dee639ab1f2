-- uses: calls
-- Calls that failed one after the other.
--
-- Grain:  one row per failed call in a request (`round_pk, tool_index`, unique).
-- Inputs: tool_inputs
-- A run is made of calls of one request that failed with no other call between them. Within it, a stretch is made of calls of one tool
-- with the same input, as in `repeated_calls`.
--
--   round_pk, tool_index, session_id, provider, request_no, step, call_no, tool
--                        the call
--   input                hash of its input, or the length where that is not known
--   run_call_no          the first call of its run; names the run within the session
--   run_calls            calls of the run
--   stretch_call_no, stretch_calls
--                        the same of its stretch
WITH failed AS (
  SELECT
    round_pk, tool_index, session_id, provider, request_no, step, call_no, tool,
    coalesce(input_hash, input_chars::VARCHAR) AS input,
    call_no - row_number() OVER (PARTITION BY session_id, request_no ORDER BY call_no) AS run
  FROM calls
  LEFT JOIN tool_inputs USING (round_pk, tool_index)
  WHERE request_no > 0 AND is_error
), stretched AS (
  SELECT *, call_no - row_number() OVER (PARTITION BY session_id, request_no, run, tool, input ORDER BY call_no) AS stretch
  FROM failed
)
SELECT
  * EXCLUDE (run, stretch),
  min(call_no) OVER in_run AS run_call_no,
  count(*) OVER in_run AS run_calls,
  min(call_no) OVER in_stretch AS stretch_call_no,
  count(*) OVER in_stretch AS stretch_calls
FROM stretched
WINDOW
  in_run AS (PARTITION BY session_id, request_no, run),
  in_stretch AS (PARTITION BY session_id, request_no, run, tool, input, stretch)
