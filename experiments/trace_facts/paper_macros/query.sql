-- uses: observed_spans, visible_decode
-- What each step reads and writes, and how fast it is.
--
-- Grain:   one row per step; a column is NULL where nothing is known.
-- Columns: prefix_tokens, append_tokens, output_tokens   as reported; only final counts of output, here and below
--          speed           output tokens per second, with a generation span and output
--          codex_speed     visible tokens per second after reasoning, Codex with exact reasoning tokens
--          codex_ttft_s    Codex: time to the end of reasoning minus reasoning tokens at the decode latency of all its steps
WITH codex AS (
  SELECT latency_s FROM visible_decode WHERE scope = 'codex'
)
SELECT
  rounds.prefix_tokens,
  newly_append_tokens AS append_tokens,
  CASE WHEN output_is_final THEN rounds.output_tokens END AS output_tokens,
  CASE WHEN spans.output_tokens > 0 THEN spans.output_tokens / (generation_ms / 1e3) END AS speed,
  CASE WHEN spans.provider = 'codex' AND reasoning_tokens > 0 AND visible_tokens > 0 THEN visible_tokens / (visible_ms / 1e3) END AS codex_speed,
  CASE WHEN spans.provider = 'codex' AND reasoning_tokens > 0 THEN input_to_reasoning_ms / 1e3 - reasoning_tokens * latency_s END AS codex_ttft_s
FROM rounds
JOIN observed_spans AS spans USING (round_pk)
LEFT JOIN codex ON true
