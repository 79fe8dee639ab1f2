-- Where the output of one step comes back in the next: statistics of one group of pairs, and the pairs to draw.
--
-- Grain:  one row; none for a group without pairs.
--
-- Parameter
--   $max_points                      maximum number of points to return, at least 2
--
-- Columns
--   count                            pairs
--   close, reject, append_can, append_side, close_and_append_can, unassigned
--                                    pairs for which the predicate of that name holds
--   corr_log_output_append, corr_log_output_prefix_gain
--                                    Pearson correlation of log2(output) with log2(append) and log2(gain), values below 1 taken
--                                    as 1; NULL below two pairs or when a side is constant
--   median_output, median_append, median_gain, median_append_minus_output, median_prefix_delta_minus_output,
--   p10_append_minus_output, p90_append_minus_output
--                                    tokens, interpolated linearly
--   points                           [{output, append, growth: tokens, verdict}], ascending by output, ties in the order of the trace;
--                                    all pairs, or $max_points evenly spaced ranks with the first and the last
WITH judged AS (
  SELECT
    *,
    greatest(0, prefix_delta) AS gain,
    abs(prefix_delta - output) <= tolerance AS close,
    prefix_delta < output - tolerance AS reject,
    append >= output - tolerance AS append_can,
    reject AND append_can AS append_side
  FROM parts
), statistics AS (
  SELECT
    count(*) AS count,
    count_if(close) AS close,
    count_if(reject) AS reject,
    count_if(append_can) AS append_can,
    count_if(append_side) AS append_side,
    count_if(close AND append_can) AS close_and_append_can,
    count_if(NOT close AND NOT append_side) AS unassigned,
    quantile_cont(output::DOUBLE, 0.5) AS median_output,
    quantile_cont(append::DOUBLE, 0.5) AS median_append,
    quantile_cont(gain::DOUBLE, 0.5) AS median_gain,
    quantile_cont((append - output)::DOUBLE, 0.5) AS median_append_minus_output,
    quantile_cont((prefix_delta - output)::DOUBLE, 0.5) AS median_prefix_delta_minus_output,
    quantile_cont((append - output)::DOUBLE, 0.1) AS p10_append_minus_output,
    quantile_cont((append - output)::DOUBLE, 0.9) AS p90_append_minus_output
  FROM judged
), logarithms AS (
  SELECT
    session_seq,
    pair_seq,
    log2(greatest(1, output)) AS output,
    log2(greatest(1, append)) AS append,
    log2(greatest(1, gain)) AS gain
  FROM judged
), correlations AS (
  -- corr() of a constant is NaN, which is not a correlation. Sums of doubles depend on their order.
  SELECT
    CASE
      WHEN min(output) < max(output) AND min(append) < max(append) THEN corr(output, append ORDER BY session_seq, pair_seq)
    END AS corr_log_output_append,
    CASE
      WHEN min(output) < max(output) AND min(gain) < max(gain) THEN corr(output, gain ORDER BY session_seq, pair_seq)
    END AS corr_log_output_prefix_gain
  FROM logarithms
), ranked AS (
  SELECT
    {
      'output': output,
      'append': append,
      'growth': prefix_delta,
      'verdict': CASE WHEN append_side THEN 'append_side' WHEN close THEN 'prefix_side' ELSE 'unassigned' END
    } AS point,
    row_number() OVER (ORDER BY output, session_seq, pair_seq) - 1 AS rank
  FROM judged
), plotted_ranks AS (
  SELECT i * (count - 1) // greatest(1, least(count, $max_points) - 1) AS rank
  FROM statistics, generate_series(0, least(count, $max_points) - 1) AS series(i)
), plotted AS (
  SELECT list(point ORDER BY rank) AS points
  FROM ranked
  JOIN plotted_ranks USING (rank)
)
FROM statistics, correlations, plotted
WHERE count > 0
