-- What steps are billed for and what their input would have cost with other lifetimes, without sessions.
--
-- Grain:   one row per provider, model, day, basis of the price and inferred lifetime, by these, NULL first.
-- Columns: as in parts.sql; sums are DOUBLE, exact below 2^53
SELECT
  provider,
  model,
  day,
  month,
  basis,
  inferred,
  sum(COLUMNS(* EXCLUDE (provider, model, day, month, basis, inferred)))::DOUBLE
FROM parts
GROUP BY provider, model, day, month, basis, inferred
ORDER BY provider, model, day NULLS FIRST, basis NULLS FIRST, inferred
