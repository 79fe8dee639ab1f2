-- uses: steps
-- What tokens cost at the published list prices of `data/pricing.json`, whose rows a test compares with these.
--
-- Grain:  one row per provider and model of `steps`. A model without a price has NULL rates: unpriced is not free.
-- Rates are nano-dollars per token, whole numbers, so that sums of them are the same in any order.
--
--   provider, model
--   input_nano_usd          new input
--   cache_write_nano_usd    new input that is written to the cache, for 5 minutes; input_nano_usd where providers bill no writes
--   cached_input_nano_usd   input read from the cache
--   output_nano_usd         output, reasoning included
WITH list_prices(place, provider, model, family, input, cache_write, cached_input, output) AS (
  VALUES
    (1, 'claude', 'claude-opus-4-8', NULL, 5000, 6250, 500, 25000),
    (2, 'claude', 'claude-opus-4-7', NULL, 5000, 6250, 500, 25000),
    (3, 'claude', 'claude-opus-4-6', NULL, 5000, 6250, 500, 25000),
    (4, 'claude', 'claude-sonnet-4-6', NULL, 3000, 3750, 300, 15000),
    (5, 'claude', 'claude-haiku-4-5', NULL, 1000, 1250, 100, 5000),
    (6, 'codex', 'gpt-5.5', NULL, 5000, NULL, 500, 30000),
    (7, 'codex', 'gpt-5.4', NULL, 2500, NULL, 250, 15000),
    (8, 'codex', 'gpt-5', NULL, 1250, NULL, 125, 10000),
    (9, NULL, NULL, 'opus', 5000, 6250, 500, 25000), -- the first family that a model's name has, whoever provides it
    (10, NULL, NULL, 'sonnet', 3000, 3750, 300, 15000),
    (11, NULL, NULL, 'haiku', 1000, 1250, 100, 5000),
    (12, NULL, NULL, 'gpt-5', 5000, NULL, 500, 30000)
), models AS (
  SELECT DISTINCT provider, model FROM steps
)
SELECT
  models.provider,
  models.model,
  arg_min(input, place)::BIGINT AS input_nano_usd,
  arg_min(coalesce(cache_write, input), place)::BIGINT AS cache_write_nano_usd,
  arg_min(cached_input, place)::BIGINT AS cached_input_nano_usd,
  arg_min(output, place)::BIGINT AS output_nano_usd
FROM models
LEFT JOIN list_prices
  ON (list_prices.provider = models.provider AND list_prices.model = models.model) OR contains(lower(models.model), family)
GROUP BY models.provider, models.model
