-- uses: step_groups
-- merge: key(provider, bin_no, label, lo_tokens, hi_tokens) sum(rounds, total_append_tokens)
-- Steps and appended tokens by how much a step appends, for all steps together and for each provider.
--
-- Grain:   one row per provider and bin, empty bins too; provider `all` holds every step and is there even without any
-- Inputs:  rounds, step_groups
-- Params:  $ranges        JSON list of {"bin_no", "label", "lo_tokens", "hi_tokens"}: lo <= append < hi; hi is null in the last one
-- Columns: provider
--          bin_no, label, lo_tokens, hi_tokens   as in $ranges
--          rounds                 steps that recorded both prefix and append, neither negative
--          total_append_tokens    summed append of these steps
WITH ranges AS (
  SELECT unnest(
    from_json($ranges, '[{"bin_no":"INTEGER","label":"VARCHAR","lo_tokens":"BIGINT","hi_tokens":"BIGINT"}]'),
    recursive := true
  )
), steps AS (
  SELECT label AS provider, newly_append_tokens AS append_tokens
  FROM rounds
  JOIN step_groups USING (round_pk)
  WHERE group_by = 'provider' AND prefix_tokens >= 0 AND newly_append_tokens >= 0
), members AS (
  SELECT 'all' AS provider, append_tokens FROM steps
  UNION ALL
  SELECT provider, append_tokens FROM steps WHERE provider <> 'all'
), providers AS (
  SELECT 'all' AS provider
  UNION
  SELECT provider FROM members
)
SELECT
  providers.provider,
  bin_no,
  label,
  lo_tokens,
  hi_tokens,
  count(append_tokens) AS rounds,
  coalesce(sum(append_tokens), 0) AS total_append_tokens
FROM providers
CROSS JOIN ranges
LEFT JOIN members
  ON members.provider = providers.provider
  AND append_tokens >= lo_tokens
  AND append_tokens < coalesce(hi_tokens, 9223372036854775807)
GROUP BY ALL
ORDER BY providers.provider, bin_no
