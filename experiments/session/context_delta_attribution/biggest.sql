-- uses: rent, context_deltas
-- The session with the largest input bill.
--
-- Grain:   one row, none where no step has a price.
-- Params:  $relation   only steps of transcripts of this relation; NULL: all
-- merge:   top 1 by input_nano DESC, session_id
-- Columns: session_id, provider (of its first step by name), input_nano
SELECT session_id, min(provider) AS provider, sum(input_nano)::DOUBLE AS input_nano
FROM rent
JOIN context_deltas USING (round_pk)
WHERE $relation::VARCHAR IS NULL OR relation = $relation
GROUP BY session_id
HAVING sum(input_nano) > 0
ORDER BY sum(input_nano) DESC, session_id
LIMIT 1
