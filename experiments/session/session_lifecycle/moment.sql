-- uses: steps
-- The latest time that the pool knows, and whether it has transcripts of its own.
--
-- Columns: last_us      of an event, or of any record of a transcript; NULL without times
--          transcripts
-- merge: key() max(last_us) sum(transcripts)
SELECT
  greatest(max(last_us), (SELECT max(epoch_us(last_at)) FROM sessions)) AS last_us, -- ignores NULLs
  (SELECT count(*) FROM sessions) AS transcripts
FROM steps
