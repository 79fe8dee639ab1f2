-- uses: timing_segments
-- scope: pool
-- The steps of buckets that have enough on both sides, as buckets.sql makes them.
--
-- Grain:  one row per step; bucket by bucket, prefix-heavy ones first, then in the order of the trace.
-- Params: as there
-- Columns: those of append_vs_prefix_normalized_rows.csv
WITH judged AS (
  SELECT
    segment_seq,
    row_number() OVER (ORDER BY segment_seq) AS place,
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
), buckets AS (
  SELECT
    group_seq,
    min(segment_seq) AS bucket,
    provider,
    model,
    segment_kind,
    total_bin,
    output_bin,
    list_sort(list(duration_ms) FILTER (side = 'prefix_heavy')) AS prefix_ms,
    (prefix_ms[(len(prefix_ms) + 1) // 2] + prefix_ms[len(prefix_ms) // 2 + 1]) / 2 AS prefix_median_ms
  FROM sided
  WHERE side IN ('append_heavy', 'prefix_heavy')
  GROUP BY group_seq, provider, model, segment_kind, total_bin, output_bin
  HAVING least(count(*) FILTER (side = 'prefix_heavy'), count(*) FILTER (side = 'append_heavy')) >= $min_per_side
), steps AS (
  SELECT sided.*, bucket, duration_ms / prefix_median_ms AS normalized
  FROM sided
  JOIN buckets USING (group_seq, provider, model, segment_kind, total_bin, output_bin)
  WHERE side IN ('append_heavy', 'prefix_heavy')
)
SELECT
  side AS "group",
  provider,
  model,
  segment_kind,
  place + 1 AS source_line,
  total_tokens,
  cached_tokens AS prefix_tokens,
  append_tokens,
  output_tokens,
  append_share,
  duration_ms,
  normalized AS normalized_duration,
  concat_ws('::', provider, model, segment_kind, total_bin, output_bin) AS bucket_key
FROM steps
ORDER BY steps.group_seq, bucket, side DESC, segment_seq
