-- uses: steps
-- What each step wrote, in characters and in tokens. The output that Claude's transcripts log is often that of an unfinished
-- stream, less than its own text and tool inputs need, so there is a floor from the characters.
--
-- Grain:  one row per row of `steps` (`round_pk`, unique).
-- Inputs: timing_events, tool_calls, steps
-- Prices go by the logged output, not by these.
--
--   round_pk         the step
--   chars            characters of its text and of the inputs of its tool calls. Codex logs a text twice: the one of source
--                    response_item.message doesn't count
--   floor_tokens     chars / 4, a deliberate lower bound; a multiple of 1/4
--   visible_tokens   the larger of the logged output without reasoning and the floor
WITH texts AS (
  SELECT round_pk, sum(content_chars)::BIGINT AS text_chars
  FROM timing_events
  WHERE event_type = 'text' AND source IS DISTINCT FROM 'response_item.message'
  GROUP BY round_pk
), inputs AS (
  SELECT round_pk, sum(input_chars)::BIGINT AS input_chars
  FROM tool_calls
  GROUP BY round_pk
)
SELECT
  round_pk,
  coalesce(text_chars, 0) + coalesce(input_chars, 0) AS chars,
  chars / 4 AS floor_tokens,
  greatest(output_tokens - reasoning_tokens, floor_tokens) AS visible_tokens
FROM steps
LEFT JOIN texts USING (round_pk)
LEFT JOIN inputs USING (round_pk)
