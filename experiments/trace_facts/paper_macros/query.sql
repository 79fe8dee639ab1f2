-- uses: observed_spans, visible_decode, context_growth
-- What a typical step reads and writes, how fast it is, and what the cache saves.
--
-- Grain:   one row; a column is NULL where nothing is known.
-- Columns: median_prefix_tokens, median_append_tokens, median_output_tokens   over the steps that report them; only final counts of output, here and below
--          median_speed           output tokens per second of a step, over steps with a generation span and output
--          median_codex_speed     visible tokens per second after reasoning, over Codex steps with exact reasoning tokens
--          median_codex_ttft_s    Codex: time to the end of reasoning minus reasoning tokens at the scope's decode latency
--          prefix_tokens, append_tokens   sums
--          increase_tokens        sum of the growth of the input from step to step, drops left out
WITH tokens AS (
  SELECT
    quantile_cont(prefix_tokens, 0.5) AS median_prefix_tokens,
    quantile_cont(newly_append_tokens, 0.5) AS median_append_tokens,
    quantile_cont(output_tokens, 0.5) FILTER (output_is_final) AS median_output_tokens,
    coalesce(sum(prefix_tokens), 0)::BIGINT AS prefix_tokens,
    coalesce(sum(newly_append_tokens), 0)::BIGINT AS append_tokens
  FROM rounds
), codex AS (
  SELECT latency_s FROM visible_decode WHERE scope = 'codex'
), speeds AS (
  SELECT
    median(output_tokens / (generation_ms / 1e3)) FILTER (output_tokens > 0) AS median_speed,
    median(visible_tokens / (visible_ms / 1e3)) FILTER (provider = 'codex' AND reasoning_tokens > 0 AND visible_tokens > 0) AS median_codex_speed,
    median(input_to_reasoning_ms / 1e3 - reasoning_tokens * latency_s) FILTER (provider = 'codex' AND reasoning_tokens > 0) AS median_codex_ttft_s
  FROM observed_spans
  LEFT JOIN codex ON true
), growth AS (
  SELECT coalesce(sum(delta_tokens) FILTER (delta_tokens > 0), 0)::BIGINT AS increase_tokens FROM context_growth
)
SELECT *
FROM tokens, speeds, growth
