-- uses: context_growth
-- merge: key() sum(increase_tokens)
-- How much the input of sessions grows.
--
-- Grain:   one row.
-- Columns: increase_tokens   sum of the growth of the input from step to step, drops left out
SELECT coalesce(sum(delta_tokens) FILTER (delta_tokens > 0), 0) AS increase_tokens
FROM context_growth
