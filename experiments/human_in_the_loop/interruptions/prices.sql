-- uses: price_coverage
-- merge: key(provider, model, basis, as_of) sum(steps, input_tokens, output_tokens, cost_nano) by steps DESC, provider, model, basis
-- Steps and tokens by model and by where their price comes from; the columns are those of the relation.
SELECT * FROM price_coverage
