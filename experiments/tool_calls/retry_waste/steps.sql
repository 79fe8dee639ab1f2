-- uses: repeated_calls, steps, step_cost
-- Steps that have no calls but repetitions: they need not have been made.
--
-- merge: key(provider, tool, class, basis) sum(steps, unpriced, tokens, nano)
-- Grain:   one row per provider, tool of the first call, class and basis.
-- Params:  $min      as in counts.sql
-- Columns: class     of the call that is least sure to be one: redundant before altered before identical
--          basis     size if one of its calls is compared by size
--          tokens    input and output of the steps
--          nano      their cost in nano-dollars; steps without a price are counted in unpriced
WITH sole AS (
  SELECT
    round_pk,
    min(tool) FILTER (is_first_of_step) AS tool,
    CASE
      WHEN bool_or(class = 'redundant') THEN 'redundant'
      WHEN bool_or(class = 'altered_after_error' OR (basis = 'size' AND input_chars < $min)) THEN 'altered_after_error'
      ELSE 'identical_after_error'
    END AS class,
    max(basis) AS basis
  FROM repeated_calls
  WHERE sole_from_chars >= $min
  GROUP BY round_pk
)
SELECT
  provider,
  tool,
  class,
  sole.basis,
  count(*) AS steps,
  count(*) FILTER (cost_nano IS NULL) AS unpriced,
  sum(context_tokens + output_tokens)::BIGINT AS tokens,
  coalesce(sum(cost_nano), 0)::BIGINT AS nano
FROM sole
JOIN steps USING (round_pk)
JOIN step_cost USING (round_pk)
GROUP BY ALL
ORDER BY provider, tool, class, sole.basis
