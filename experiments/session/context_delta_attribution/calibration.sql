-- uses: chars_per_token
-- How many characters a token of a tool result has, as measured; the columns are those of the relation.
-- merge: same
SELECT provider, pairs, chars_per_token, p25, p75
FROM chars_per_token
ORDER BY provider
