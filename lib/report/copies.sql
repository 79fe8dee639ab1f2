-- uses: response_copies
-- Steps that repeat the response of a chosen step and aren't counted.
--
-- Grain:   one row
-- Inputs:  chosen, rounds, response_copies; stored.rounds, the steps as the database holds them
-- Columns: steps, tokens   input and output
SELECT count(*) AS steps, coalesce(sum(greatest(input_tokens_total, 0) + greatest(output_tokens, 0)), 0) AS tokens
FROM stored.rounds
JOIN response_copies USING (round_pk)
JOIN (
  SELECT DISTINCT provider, response
  FROM chosen
  JOIN rounds USING (round_pk)
  JOIN response_copies USING (round_pk)
) USING (provider, response)
WHERE is_copy AND round_pk NOT IN (SELECT round_pk FROM rounds)
