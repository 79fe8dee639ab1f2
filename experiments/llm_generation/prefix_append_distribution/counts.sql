-- uses: step_groups
-- merge: key(label, metric) sum(rows, missing, invalid) by label <> 'all', label, metric DESC
-- How many agent steps record prefix and append tokens, in all and in each group.
--
-- Grain:   one row per label and metric: `all`, which is there even without steps, then by label (code-point order)
-- Inputs:  rounds, step_groups
-- Params:  $group_by   provider, model, provider_model
-- Columns: label, metric     prefix_tokens before newly_append_tokens
--          rows              steps
--          missing, invalid  those without the number, and those where it is negative
WITH steps AS (
  SELECT label, prefix_tokens, newly_append_tokens
  FROM rounds
  JOIN step_groups USING (round_pk)
  WHERE group_by = $group_by
), members AS (
  SELECT 'all' AS label, prefix_tokens, newly_append_tokens FROM steps
  UNION ALL
  SELECT * FROM steps WHERE label <> 'all'
), labels AS (
  SELECT 'all' AS label
  UNION
  SELECT label FROM members
), metrics (place, metric) AS (
  VALUES (0, 'prefix_tokens'), (1, 'newly_append_tokens')
), counted AS (
  SELECT
    label,
    count(*) AS "rows",
    [count_if(prefix_tokens IS NULL), count_if(newly_append_tokens IS NULL)] AS missing,
    [count_if(prefix_tokens < 0), count_if(newly_append_tokens < 0)] AS invalid
  FROM members
  GROUP BY label
)
SELECT
  label,
  metric,
  coalesce("rows", 0) AS "rows",
  coalesce(missing[place + 1], 0) AS missing,
  coalesce(invalid[place + 1], 0) AS invalid
FROM labels
CROSS JOIN metrics
LEFT JOIN counted USING (label)
ORDER BY label <> 'all', label, place
