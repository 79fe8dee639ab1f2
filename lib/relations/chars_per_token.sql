-- uses: steps, emitted, delivered, client_chars
-- scope: pool
-- How many characters of a tool result make a token, measured: results that a step brings into the context, by the growth
-- of the context beyond what the step before wrote itself.
--
-- Grain:  one row per provider of `steps`.
-- A pair of adjacent steps is measured when the second has no message, its results have at least 2,000 characters and
-- 20 times as many as the first step wrote (whose tokens then hardly matter), and the growth is at least 200 tokens.
--
--   provider
--   chars_per_token   median over the pairs; 4, the usual guess, when they are fewer than 30
--   pairs             measured pairs
--   p25, p75          quartiles over the pairs; NULL without any
WITH results AS (
  SELECT into_round_pk AS round_pk, sum(result_chars)::BIGINT AS result_chars
  FROM delivered
  GROUP BY into_round_pk
), growth AS (
  SELECT
    steps.provider,
    result_chars,
    emitted.chars AS written_chars,
    steps.context_tokens - previous.context_tokens - emitted.visible_tokens AS grown_tokens
  FROM steps
  JOIN steps AS previous ON previous.round_pk = steps.previous_round_pk
  JOIN emitted ON emitted.round_pk = previous.round_pk
  JOIN results ON results.round_pk = steps.round_pk
  LEFT JOIN client_chars ON client_chars.round_pk = steps.round_pk
  WHERE steps.user_message_chars = 0 AND client_chars.round_pk IS NULL
), pairs AS (
  SELECT provider, result_chars / grown_tokens AS chars_per_token
  FROM growth
  WHERE result_chars >= 2000 AND result_chars >= 20 * written_chars AND grown_tokens >= 200
), measured AS (
  SELECT
    provider,
    count(*) AS pairs,
    quantile_cont(chars_per_token, [0.25, 0.5, 0.75]) AS quartiles
  FROM pairs
  GROUP BY provider
), providers AS (
  SELECT DISTINCT provider FROM steps
)
SELECT
  provider,
  CASE WHEN pairs >= 30 THEN quartiles[2] ELSE 4 END AS chars_per_token,
  coalesce(pairs, 0) AS pairs,
  quartiles[1] AS p25,
  quartiles[3] AS p75
FROM providers
LEFT JOIN measured USING (provider)
