-- uses: steps, step_cost
-- The whole bill, for shares.
--
-- merge: key(provider) sum(steps, tokens, nano)
-- Grain: one row per provider, over all steps of named sessions; nano-dollars
SELECT provider, count(*) AS steps, sum(context_tokens + output_tokens)::BIGINT AS tokens, coalesce(sum(cost_nano), 0)::BIGINT AS nano
FROM steps JOIN step_cost USING (round_pk)
GROUP BY provider
ORDER BY provider
