-- uses: repeated_calls
-- Repeated calls by class.
--
-- merge: key(provider, tool, class, basis) sum(calls, failed_again, unknown_before)
-- Grain:   one row per provider, tool, class and basis.
-- Params:  $min             inputs of fewer characters are not the same for having the same length
-- Columns: class, basis     as in the relation repeated_calls; the class that a short input leaves may be new
--          calls
--          failed_again     those that are marked as an error
--          unknown_before   those before which the last call of the tool has an unknown status
SELECT
  provider,
  tool,
  if(basis = 'size' AND input_chars < $min, class_if_short, class) AS class,
  basis,
  count(*) AS calls,
  count(*) FILTER (is_error) AS failed_again,
  count(*) FILTER (previous_status = 'unknown') AS unknown_before
FROM repeated_calls
GROUP BY ALL
ORDER BY provider, tool, class, basis
