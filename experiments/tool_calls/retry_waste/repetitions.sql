-- uses: repeated_calls, carried_results
-- Calls that need not have been made, and what the context pays for the results that they left there.
--
-- merge: all by provider, session_id, call_no
-- Grain:   one row per call after an error or redundant, in the order of sessions.
-- Params:  $min                as in counts.sql
-- Columns: class               identical_after_error, altered_after_error or redundant
--          basis               hash or size
--          previous_call_no, previous_status
--                              as in the relation repeated_calls
--          only_repetitions    the step has no other calls: its cost counts, not its results
--          result_tokens       allocated tokens of its result, if the step has other calls, and of the failed result before it, unless that one
--                              is of a repeated call itself
--          size_usd            what these cost until they leave the context; NULL for what is redundant by size, of which nobody knows
--                              whether it is, and where no step has a price
WITH repeats AS (
  SELECT *, if(basis = 'size' AND input_chars < $min, class_if_short, class) AS judged
  FROM repeated_calls
  WHERE judged NOT IN ('new', 'recheck')
), left_results AS (
  SELECT session_pk, call_no, call_no AS result_call_no
  FROM repeats
  WHERE sole_from_chars IS NULL OR sole_from_chars < $min
  UNION ALL
  SELECT session_pk, call_no, previous_call_no
  FROM repeats
  WHERE judged <> 'redundant' AND (session_pk, previous_call_no) NOT IN (SELECT (session_pk, call_no) FROM repeats)
), sizes AS (
  SELECT
    left_results.session_pk,
    left_results.call_no,
    round(sum(carried_tokens))::BIGINT AS result_tokens,
    sum(round(carried_tokens * rent_nano)::HUGEINT) AS nano
  FROM left_results
  JOIN carried_results AS result ON result.session_pk = left_results.session_pk AND result.call_no = result_call_no
  GROUP BY ALL
)
SELECT
  provider,
  session_id,
  request_no,
  step,
  call_no,
  tool,
  judged AS class,
  basis,
  previous_call_no,
  previous_status,
  coalesce(is_error, FALSE) AS failed_again,
  coalesce(sole_from_chars >= $min, FALSE) AS only_repetitions,
  coalesce(result_tokens, 0) AS result_tokens,
  CASE WHEN judged <> 'redundant' OR basis = 'hash' THEN nano / 1e9 END AS size_usd
FROM repeats
LEFT JOIN sizes USING (session_pk, call_no)
ORDER BY provider, session_id, call_no
