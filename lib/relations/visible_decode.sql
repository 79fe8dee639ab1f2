-- uses: observed_spans
-- scope: pool
-- How long a visible token took to decode, over the steps that report exact reasoning tokens: what headline numbers take
-- for the time per output token. llm_generation/context_decode_speed_scatter has an estimate of its own over fewer steps
-- (Codex with text or tool calls after a reasoning event only); the two differ.
--
-- Grain:  one row per scope with a step.
--
--   scope            'merged' for all steps together, or a provider's name as it is; a provider that is called 'merged' has none
--   steps            steps with final counts, reasoning tokens, visible tokens and a visible span
--   visible_tokens   sum over them; 0 for none
--   visible_ms       sum of their visible spans; 0 for none
--   latency_s        visible seconds per visible token; NULL for none
WITH steps AS (
  SELECT *, reasoning_tokens > 0 AND visible_tokens > 0 AND visible_ms IS NOT NULL AS is_decoded
  FROM observed_spans
), per_scope AS (
  SELECT
    if(grouping(provider) = 1, 'merged', provider) AS scope,
    count(*) FILTER (is_decoded) AS steps,
    coalesce(sum(visible_tokens) FILTER (is_decoded), 0)::BIGINT AS visible_tokens,
    coalesce(sum(visible_ms) FILTER (is_decoded), 0)::BIGINT AS visible_ms
  FROM steps
  GROUP BY GROUPING SETS ((), (provider))
  HAVING count(*) > 0 AND (grouping(provider) = 1 OR provider <> 'merged')
)
SELECT *, CASE WHEN steps > 0 THEN visible_ms / 1e3 / visible_tokens END AS latency_s
FROM per_scope
