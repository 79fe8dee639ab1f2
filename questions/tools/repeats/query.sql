-- uses: repeated_calls
-- Columns: tool
--          repetition   identical or altered after an error, redundant, or a recheck after an edit
--          calls
--          errors       calls that failed, again or for the first time
SELECT
  tool,
  if(basis = 'size' AND input_chars < $min_chars, class_if_short, class) AS repetition,
  count(*) AS calls,
  count(*) FILTER (is_error) AS errors
FROM repeated_calls
WHERE repetition <> 'new' AND provider GLOB $provider AND tool GLOB $tool
GROUP BY tool, repetition
ORDER BY calls DESC, tool, repetition
LIMIT $top
