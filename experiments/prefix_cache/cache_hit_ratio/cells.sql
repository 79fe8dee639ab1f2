-- uses: step_times
-- merge: key(provider, trigger, fine, coarse, band) sum(steps, prefix_tokens, append_tokens)
-- Steps and tokens by ranges of the hit ratio, fine, coarse and in bands: what all tables of counts are added up from.
--
-- Grain:   one row per provider, trigger and combination of ranges that has steps, in their order.
-- Inputs:  rounds with known prefix and append and a positive sum; step_times
-- Params:  $fine_up_to, $coarse_below, $band_from    JSON lists of the edges in bins.ts, ascending
-- Columns: provider         NULL when unknown
--          trigger          user or tool_result by the step's first timing event; NULL for anything else
--          fine             place in FINE_BINS: 0 for nothing found, else by upper edges, included
--          coarse           place in COARSE_BUCKETS: by upper edges, excluded
--          band             how many of $band_from the ratio reaches
--          steps, prefix_tokens, append_tokens
WITH steps AS (
  SELECT
    provider,
    CASE first_event_type WHEN 'user_message' THEN 'user' WHEN 'tool_result' THEN 'tool_result' END AS trigger,
    prefix_tokens,
    newly_append_tokens AS append_tokens,
    prefix_tokens / (prefix_tokens + newly_append_tokens) AS ratio
  FROM rounds
  JOIN step_times USING (round_pk)
  WHERE prefix_tokens + newly_append_tokens > 0
)
SELECT
  provider,
  trigger,
  -- A negative ratio, from negative tokens, is in the second bin.
  if(ratio = 0, 0, greatest(1, len(list_filter(from_json($fine_up_to, '["DOUBLE"]'), lambda edge: ratio > edge)))) AS fine,
  len(list_filter(from_json($coarse_below, '["DOUBLE"]'), lambda edge: ratio >= edge)) AS coarse,
  len(list_filter(from_json($band_from, '["DOUBLE"]'), lambda edge: ratio >= edge)) AS band,
  count(*) AS steps,
  sum(prefix_tokens)::BIGINT AS prefix_tokens,
  sum(append_tokens)::BIGINT AS append_tokens
FROM steps
GROUP BY ALL
