-- uses: price_coverage
-- Steps and tokens by model and by where their price comes from; the columns are those of the relation.
-- merge: same
SELECT * FROM price_coverage
