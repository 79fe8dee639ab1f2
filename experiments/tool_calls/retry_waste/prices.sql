-- uses: price_coverage
-- The relation as it is: what the costs are based on.
SELECT * FROM price_coverage
