-- uses: generation_steps
-- How fast each agent step was generated, against how much it had to read, and the same around the last reasoning of Codex.
--
-- Grain:  one row per step of `generation_steps`.
-- Params: $least_seconds   shortest time after the last reasoning that can be measured
--         $decode_speed    tokens per second of all pure decoding together; NULL without any
--
-- Columns
--   provider, context_tokens, context_bin, speed    as there
--   decode_speed     visible tokens per second after the last reasoning; NULL where that can't be measured
--   first_token_s    of the steps that have a decode_speed: seconds until the last reasoning less what decoding its tokens takes at
--                    $decode_speed; negative where reasoning went faster than that
WITH steps AS (
  SELECT *, after_reasoning_us / 1e6 AS after_s, coalesce(after_s >= $least_seconds::DOUBLE, false) AS is_exact
  FROM generation_steps
)
SELECT
  provider,
  context_tokens,
  context_bin,
  speed,
  CASE WHEN is_exact THEN visible_tokens / after_s END AS decode_speed,
  CASE WHEN is_exact THEN until_reasoning_us / 1e6 - reasoning_tokens / $decode_speed::DOUBLE END AS first_token_s
FROM steps
