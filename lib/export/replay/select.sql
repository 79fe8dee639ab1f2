-- uses: replay_requests
-- Conversations to be exported, and why the requests of others are not.
--
-- Grain:  one row per conversation with a request that can be replayed.
-- Parameters: $model, $since_us and $sample are NULL for no restriction; $seed is text
-- A sample takes every n-th conversation of a list that is sorted by provider, length and cache behavior, and in each of these groups by a
-- hash of the seed. So each group has its share of the sample, rounded up or down.
--
--   conversation_no, requests   those of other models are not among the requests
--   outcome                     'kept', 'before_since' or 'not_sampled'
WITH conversations AS (
  SELECT
    conversation_no,
    min(start_us) AS start_us,
    arg_min(provider, conversation_place) AS provider,
    count(*) AS requests,
    sum(prefix_tokens) / sum(input_tokens) AS prefix_share
  FROM replay_requests
  WHERE left_out IS NULL AND ($model::VARCHAR IS NULL OR model = $model)
  GROUP BY conversation_no
), started AS (
  SELECT *, ($since_us::BIGINT IS NULL OR start_us >= $since_us) AS is_started FROM conversations
), listed AS (
  SELECT
    *,
    row_number() OVER (
      PARTITION BY is_started
      ORDER BY
        provider,
        CASE WHEN requests < 10 THEN 1 WHEN requests < 100 THEN 2 ELSE 3 END,
        CASE WHEN prefix_share < 0.5 THEN 1 WHEN prefix_share < 0.9 THEN 2 ELSE 3 END,
        md5($seed || ':' || conversation_no),
        conversation_no
    ) AS place,
    count(*) OVER (PARTITION BY is_started) AS total
  FROM started
)
SELECT
  conversation_no,
  requests,
  CASE
    WHEN NOT is_started THEN 'before_since'
    WHEN place * $sample::BIGINT // total = (place - 1) * $sample // total THEN 'not_sampled'
    ELSE 'kept'
  END AS outcome
FROM listed
ORDER BY conversation_no
