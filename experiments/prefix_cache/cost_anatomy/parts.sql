-- uses: cost_parts
-- What steps are billed for and what their input would have cost with other lifetimes, without sessions.
--
-- Grain:   one row per provider, model, day, basis of the price and inferred lifetime of the session's cache writes.
-- Columns: as in the relation cost_parts
SELECT
  provider,
  model,
  day,
  month,
  basis,
  inferred,
  sum(COLUMNS('^(steps|.*_steps|returns)$')) AS "\1",
  sum(COLUMNS('^(.*_(tokens|nano))$')) AS "\1"
FROM (SELECT * EXCLUDE (largest_context_tokens) FROM cost_parts)
GROUP BY provider, model, day, month, basis, inferred
