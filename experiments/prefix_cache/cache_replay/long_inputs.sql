-- uses: step_pairs
-- Steps with a long input, by what is long and from how many characters on: a step with 60,000 is in the groups of 10,000 and 50,000.
--
-- Grain:  one row per step, kind of characters and limit that it reaches.
-- Inputs: step_pairs
--
--   provider, first_event
--   field           tool_chars, raw_input_chars or user_chars
--   least           the limit, characters
--   append_tokens, prefix_tokens, input_tokens, raw_input_chars    of the step
--   covers          1 if the append has a token for every four characters, 0 if not; NULL without characters
WITH limits AS (
  SELECT unnest(['tool_chars', 'raw_input_chars']) AS field, [10000, 50000, 100000, 500000] AS least
  UNION ALL
  SELECT 'user_chars', [1000, 5000, 10000, 50000]
), steps AS (
  SELECT *, unnest([
    {field: 'tool_chars', chars: tool_chars}, {field: 'raw_input_chars', chars: raw_input_chars}, {field: 'user_chars', chars: user_chars}
  ], recursive := true)
  FROM step_pairs
  WHERE greatest(tool_chars, raw_input_chars, user_chars) >= 1000
)
SELECT
  provider,
  first_event,
  field,
  unnest(list_filter(least, lambda limit_chars: chars >= limit_chars)) AS least,
  append_tokens,
  prefix_tokens,
  input_tokens,
  raw_input_chars,
  CASE WHEN raw_input_chars > 0 THEN (append_tokens >= raw_input_chars / 4)::INTEGER END AS covers
FROM steps
JOIN limits USING (field)
