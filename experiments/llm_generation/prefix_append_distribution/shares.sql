-- uses: step_groups
-- Steps and appended tokens of each session by how much a step appends.
--
-- Grain:   one row per provider, session and range
-- Inputs:  rounds, step_groups
-- Params:  $ranges                 as in bins.sql
-- Columns: provider
--          session_id
--          bin_no                  of the range
--          steps, tokens           of the range: steps that recorded both prefix and append, neither negative, and their summed append
--          all_steps, all_tokens   of the session
WITH ranges AS (
  SELECT unnest(
    from_json($ranges, '[{"bin_no":"INTEGER","label":"VARCHAR","lo_tokens":"BIGINT","hi_tokens":"BIGINT"}]'),
    recursive := true
  )
), sessions AS (
  SELECT step_groups.label AS provider, session_id, list(newly_append_tokens) AS appends
  FROM rounds
  JOIN step_groups USING (round_pk)
  WHERE group_by = 'provider' AND step_groups.label <> 'all' AND prefix_tokens >= 0 AND newly_append_tokens >= 0
  GROUP BY ALL
), members AS (
  SELECT
    *,
    list_filter(appends, lambda tokens: tokens >= lo_tokens AND tokens < coalesce(hi_tokens, 9223372036854775807)) AS own
  FROM sessions
  CROSS JOIN ranges
)
SELECT
  provider,
  session_id,
  bin_no,
  len(own) AS steps,
  coalesce(list_sum(own), 0)::DOUBLE AS tokens,
  len(appends) AS all_steps,
  list_sum(appends)::DOUBLE AS all_tokens
FROM members
