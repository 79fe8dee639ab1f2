-- uses: timing_segments
-- scope: pool
-- Steps with mostly new and with mostly cached input, compared in buckets of similar steps.
--
-- Grain:  one row per provider, model, kind of segment, bin of total input and bin of output with a step on either side, in the order of
--         the trace (group by group when the longest segments are cut off); last a row of all, whose names and bins are NULL.
-- Params: the flags, in the order in which they apply; $max_duration may be NULL
-- Columns (of the row of all: over the steps of all buckets with at least $min_per_side steps on either side)
--   provider, model, segment_kind    model is empty where it is missing
--   total_bin, output_bin            numbers of the bins, floor(log2(tokens) / step); -1000000 for no tokens
--   prefix_rows, append_rows         steps of either side
--   ..._median, ..._median_ms        of both sides, or of the side in the name
--   half_wins                        pairs of one step of either side of which the append-heavy one is slower, doubled; ties count once
--   best_value, best_accuracy, prefix_recall, append_recall
--                                    the latency, over the prefix-heavy median of the bucket, that separates the sides best (the smallest of
--                                    equally good ones), and the shares of steps on the right side of it; best_accuracy is their mean
-- and of all, the same in each row
--   input_rows, skipped_...          all segments, and those left out for that reason, which is the first that applies
--   trimmed_rows, append_heavy, prefix_heavy, middle_rows    of the others
--   ..._normalized_median, least_normalized, most_normalized   of the latencies over the prefix-heavy median of their bucket
--   outline_bins, outline_prefix, outline_append    steps of either side by floor(log2(latency / least) * $bins_per_doubling)
WITH judged AS (
  SELECT
    segment_seq,
    provider,
    coalesce(model, '') AS model,
    segment_kind,
    input_tokens AS total_tokens,
    cached_tokens,
    append_tokens,
    segment_output_tokens AS output_tokens,
    CASE WHEN input_tokens > 0 THEN append_tokens / input_tokens ELSE 0 END AS append_share,
    duration_ms,
    CASE
      WHEN NOT $include_split AND (start_event NOT IN ('tool_result', 'user_message') OR end_event <> 'tool_call')
        THEN 'skipped_split_or_non_tool_call_segment'
      WHEN total_tokens < $min_total THEN 'skipped_small_total'
      WHEN least(cached_tokens, append_tokens, output_tokens) < 0 OR duration_ms <= 0 THEN 'skipped_invalid_numeric'
      WHEN duration_ms < $min_duration THEN 'skipped_below_min_duration'
      WHEN duration_ms > $max_duration THEN 'skipped_above_max_duration'
    END AS rejection
  FROM timing_segments
), quantiles AS ( -- in NumPy's form
  SELECT
    provider,
    model,
    segment_kind,
    min(segment_seq) AS group_seq,
    list_sort(list(duration_ms)) AS ms,
    (count(*) - 1) * $trim_quantile::DOUBLE AS position,
    floor(position)::BIGINT AS low,
    position - low AS t,
    ms[low + 1] AS a,
    coalesce(ms[low + 2], a) AS b,
    CASE WHEN $trim_quantile > 0 THEN if(t < 0.5, a + (b - a) * t, b - (b - a) * (1 - t)) END AS cutoff_ms
  FROM judged
  WHERE rejection IS NULL
  GROUP BY provider, model, segment_kind
), sided AS (
  SELECT
    judged.* EXCLUDE (rejection),
    if($trim_quantile > 0, group_seq, 0) AS group_seq,
    CASE
      WHEN duration_ms > cutoff_ms THEN 'trimmed'
      WHEN append_share >= $append_heavy_share AND append_tokens >= $min_append THEN 'append_heavy'
      WHEN append_share <= $prefix_heavy_max_share AND cached_tokens >= $min_prefix THEN 'prefix_heavy'
      ELSE 'middle_rows'
    END AS side,
    if(total_tokens > 0, floor(log2(total_tokens) / $total_bin_step), -1000000)::BIGINT AS total_bin,
    if(output_tokens > 0, floor(log2(output_tokens) / $output_bin_step), -1000000)::BIGINT AS output_bin
  FROM judged
  JOIN quantiles USING (provider, model, segment_kind)
  WHERE rejection IS NULL
), outcomes AS (
  SELECT count(*) AS input_rows, count(*) FILTER (rejection = 'skipped_split_or_non_tool_call_segment') AS skipped_split_or_non_tool_call_segment, count(*) FILTER (rejection = 'skipped_small_total') AS skipped_small_total, count(*) FILTER (rejection = 'skipped_invalid_numeric') AS skipped_invalid_numeric, count(*) FILTER (rejection = 'skipped_below_min_duration') AS skipped_below_min_duration, count(*) FILTER (rejection = 'skipped_above_max_duration') AS skipped_above_max_duration
  FROM judged
), sides AS (
  SELECT count(*) FILTER (side = 'trimmed') AS trimmed_rows, count(*) FILTER (side = 'append_heavy') AS append_heavy, count(*) FILTER (side = 'prefix_heavy') AS prefix_heavy, count(*) FILTER (side = 'middle_rows') AS middle_rows
  FROM sided
), buckets AS (
  SELECT
    group_seq,
    min(segment_seq) AS bucket,
    provider,
    model,
    segment_kind,
    total_bin,
    output_bin,
    count(*) FILTER (side = 'prefix_heavy') AS prefix_rows,
    count(*) FILTER (side = 'append_heavy') AS append_rows,
    least(prefix_rows, append_rows) >= $min_per_side AS is_matched,
    list_sort(list(total_tokens)) AS total_tokens,
    list_sort(list(output_tokens)) AS output_tokens,
    list_sort(list(append_share) FILTER (side = 'prefix_heavy')) AS prefix_share,
    list_sort(list(append_share) FILTER (side = 'append_heavy')) AS append_share,
    list_sort(list(duration_ms) FILTER (side = 'prefix_heavy')) AS prefix_ms,
    list_sort(list(duration_ms) FILTER (side = 'append_heavy')) AS append_ms,
    (prefix_ms[(len(prefix_ms) + 1) // 2] + prefix_ms[len(prefix_ms) // 2 + 1]) / 2 AS prefix_median_ms
  FROM sided
  WHERE side IN ('append_heavy', 'prefix_heavy')
  GROUP BY group_seq, provider, model, segment_kind, total_bin, output_bin
  HAVING prefix_rows > 0 AND append_rows > 0
), members AS (
  SELECT bucket, is_matched, unnest(prefix_ms) / prefix_median_ms AS value, 1 AS is_prefix FROM buckets
  UNION ALL
  SELECT bucket, is_matched, unnest(append_ms) / prefix_median_ms, 0 FROM buckets
), counted AS (
  SELECT bucket, value, sum(is_prefix)::BIGINT AS prefix, count(*) - prefix AS append FROM members GROUP BY bucket, value
  UNION ALL
  SELECT 0, value, sum(is_prefix)::BIGINT, count(*) - sum(is_prefix)::BIGINT FROM members WHERE is_matched GROUP BY value
), ladder AS (
  SELECT
    bucket,
    value,
    append * (2 * sum(prefix) OVER upwards - prefix) AS half_wins,
    sum(prefix) OVER (PARTITION BY bucket) AS prefix_rows,
    sum(append) OVER (PARTITION BY bucket) AS append_rows,
    sum(prefix) OVER upwards / prefix_rows AS prefix_recall,
    (append_rows - sum(append) OVER upwards) / append_rows AS append_recall,
    (prefix_recall + append_recall) / 2 AS accuracy
  FROM counted
  WINDOW upwards AS (PARTITION BY bucket ORDER BY value ROWS UNBOUNDED PRECEDING)
), separated AS (
  SELECT
    bucket,
    any_value(prefix_rows) AS prefix_rows,
    any_value(append_rows) AS append_rows,
    sum(half_wins) AS half_wins,
    -- Compared in this order.
    max({ 'accuracy': accuracy, 'under': -value, 'prefix_recall': prefix_recall, 'append_recall': append_recall }) AS best
  FROM ladder
  GROUP BY bucket
), found AS (
  SELECT
    bucket,
    prefix_rows::BIGINT AS prefix_rows,
    append_rows::BIGINT AS append_rows,
    half_wins::BIGINT AS half_wins,
    CASE WHEN best.accuracy > 0.5 THEN -best.under END AS best_value,
    greatest(best.accuracy, 0.5) AS best_accuracy,
    if(best_value IS NULL, 0, best.prefix_recall) AS prefix_recall,
    if(best_value IS NULL, 1, best.append_recall) AS append_recall
  FROM separated
), pooled AS (
  SELECT
    list_sort(list(value) FILTER (is_prefix = 1)) AS prefix_values,
    list_sort(list(value) FILTER (is_prefix = 0)) AS append_values,
    min(value) AS least,
    max(value) AS most,
    floor(log2(most / least) * $bins_per_doubling) AS last_bin
  FROM members
  WHERE is_matched
), outline AS (
  SELECT
    least(floor(log2(value / least) * $bins_per_doubling), last_bin)::BIGINT AS bin,
    sum(is_prefix)::BIGINT AS prefix,
    count(*) - prefix AS append
  FROM members
  CROSS JOIN pooled
  WHERE is_matched
  GROUP BY bin
), outlines AS (
  SELECT
    coalesce(list(bin ORDER BY bin), []) AS outline_bins,
    coalesce(list(prefix ORDER BY bin), []) AS outline_prefix,
    coalesce(list(append ORDER BY bin), []) AS outline_append
  FROM outline
)
SELECT
  provider,
  model,
  segment_kind,
  total_bin,
  output_bin,
  found.* EXCLUDE (bucket),
  (total_tokens[(len(total_tokens) + 1) // 2] + total_tokens[len(total_tokens) // 2 + 1]) / 2 AS total_tokens_median,
  (output_tokens[(len(output_tokens) + 1) // 2] + output_tokens[len(output_tokens) // 2 + 1]) / 2 AS output_tokens_median,
  (prefix_share[(len(prefix_share) + 1) // 2] + prefix_share[len(prefix_share) // 2 + 1]) / 2 AS prefix_share_median,
  (append_share[(len(append_share) + 1) // 2] + append_share[len(append_share) // 2 + 1]) / 2 AS append_share_median,
  prefix_median_ms,
  (append_ms[(len(append_ms) + 1) // 2] + append_ms[len(append_ms) // 2 + 1]) / 2 AS append_median_ms,
  outcomes.*,
  sides.*,
  (prefix_values[(len(prefix_values) + 1) // 2] + prefix_values[len(prefix_values) // 2 + 1]) / 2 AS prefix_normalized_median,
  (append_values[(len(append_values) + 1) // 2] + append_values[len(append_values) // 2 + 1]) / 2 AS append_normalized_median,
  pooled.least AS least_normalized,
  pooled.most AS most_normalized,
  outlines.*
FROM outcomes
CROSS JOIN sides
CROSS JOIN pooled
CROSS JOIN outlines
CROSS JOIN (FROM buckets UNION ALL BY NAME SELECT 0 AS bucket) AS bucket
LEFT JOIN found USING (bucket)
ORDER BY group_seq NULLS LAST, bucket
