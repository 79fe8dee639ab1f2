-- uses: spells, continued_sessions
-- Episodes of some sessions: activity without a longer silence, until a moment.
--
-- Grain:   one row per episode.
-- Params:  $sessions   hashes of the sessions, of `sessionHashes`
--          $active_us  longest silence within an episode, at least 60 s
--          $as_of_us   the moment
-- Columns: episode (session and number), session_id (the thread), from_us, to_us (epoch microseconds)
WITH chosen AS (
  SELECT
    thread_id,
    from_us,
    least(to_us, $as_of_us) AS to_us,
    max(to_us) OVER (PARTITION BY thread_id ORDER BY from_us, to_us ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until_us
  FROM spells
  JOIN continued_sessions USING (session_id)
  WHERE list_contains(string_split($sessions, ' '), md5(thread_id)) AND from_us <= $as_of_us
), numbered AS (
  SELECT *, count(*) FILTER (until_us IS NULL OR from_us - until_us > $active_us) OVER (PARTITION BY thread_id ORDER BY from_us, to_us) AS episode_no
  FROM chosen
)
SELECT thread_id || ' ' || episode_no AS episode, thread_id AS session_id, min(from_us) AS from_us, max(to_us) AS to_us
FROM numbered
GROUP BY thread_id, episode_no
ORDER BY thread_id, from_us
