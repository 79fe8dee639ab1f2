-- uses: response_holders
-- scope: pool (copies of a response may be in two conversations)
-- How many transcripts hold each response.
--
-- Grain:   one row per provider and number of transcripts that hold a response.
-- Inputs:  stored.rounds, response_holders; steps whose response is unknown are left out
-- Columns  provider       `<unknown-provider>` when missing
--          transcripts    number that hold a response
--          responses      responses held by that many
--          steps          their steps
WITH responses AS (
  SELECT
    coalesce(provider, '<unknown-provider>') AS provider,
    response,
    count(DISTINCT transcript) AS transcripts,
    count(*) AS steps
  FROM response_holders
  JOIN (SELECT round_pk, provider FROM stored.rounds) USING (round_pk)
  WHERE response IS NOT NULL
  GROUP BY ALL
)
SELECT provider, transcripts, count(*) AS responses, sum(steps)::DOUBLE AS steps
FROM responses
GROUP BY provider, transcripts
ORDER BY provider, transcripts
