-- The sessions that words name: by id, by what follows the colon of an id, or by the beginning of either. An id wins over a beginning.
--
-- Grain:   one row per word that names a session.
-- Params:  $words      JSON list of texts, each once
-- Columns: word
--          sessions    how many sessions it names
--          session_id  the first of them
--          others      the first five of them, with commas
WITH words AS (
  SELECT unnest(from_json($words::VARCHAR, '["VARCHAR"]')) AS word
), named AS (
  SELECT session_id, session_id[position(':' IN session_id) + 1 :] AS own_id
  FROM (SELECT session_id FROM stored.rounds UNION SELECT session_id FROM sessions)
  WHERE session_id <> ''
), found AS (
  SELECT word, session_id
  FROM words
  JOIN named ON starts_with(session_id, word) OR starts_with(own_id, word)
  QUALIFY word IN (session_id, own_id) OR NOT bool_or(word IN (session_id, own_id)) OVER (PARTITION BY word)
)
SELECT
  word,
  count(*) AS sessions,
  min(session_id) AS session_id,
  array_to_string(list(session_id ORDER BY session_id)[:5], ', ') AS others
FROM found
GROUP BY word
