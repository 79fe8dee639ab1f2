-- uses: spells
-- Episodes of some sessions: activity without a longer silence.
--
-- Grain:   one row per episode.
-- Params:  $sessions  hashes of their sessions, of `sessionHashes`
--          $gap_us    longest silence within an episode, at least 60 s
-- Columns: episode (session and number), session_id, from_us, to_us (epoch microseconds)
WITH chosen AS (
  SELECT *, from_us - lag(to_us) OVER (PARTITION BY session_id ORDER BY from_us) AS silence_us
  FROM spells
  WHERE list_contains(string_split($sessions, ' '), md5(session_id))
), numbered AS (
  SELECT *, count(*) FILTER (silence_us IS NULL OR silence_us > $gap_us) OVER (PARTITION BY session_id ORDER BY from_us) AS episode_no
  FROM chosen
)
SELECT session_id || ' ' || episode_no AS episode, session_id, min(from_us) AS from_us, max(to_us) AS to_us
FROM numbered
GROUP BY session_id, episode_no
ORDER BY session_id, from_us
