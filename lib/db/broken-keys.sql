-- The first row whose round_pk is missing, taken or of no step; no row when all keys hold.
-- Inputs: key_rounds, key_tool_calls, key_timing_events, key_round_details, key_tool_inputs (round_pk, place: where the row is from, may be NULL).
-- Columns: problem ('missing', 'duplicate' or 'orphan'), table_name, round_pk (as text), count (rows with that problem in
--   that table; of duplicates the keys), places (up to two, in order).
-- Ordered by table as above, problem and key. Places are looked up for that row only: they are many and long.
WITH
unique_keys AS NOT MATERIALIZED (
  SELECT 1 AS table_order, 'rounds' AS table_name, round_pk, place FROM key_rounds
  UNION ALL SELECT 4, 'round_details', round_pk, place FROM key_round_details
),
children AS NOT MATERIALIZED (
  SELECT 2 AS table_order, 'tool_calls' AS table_name, round_pk, place FROM key_tool_calls
  UNION ALL SELECT 3, 'timing_events', round_pk, place FROM key_timing_events
  UNION ALL SELECT 4, 'round_details', round_pk, place FROM key_round_details
  UNION ALL SELECT 5, 'tool_inputs', round_pk, place FROM key_tool_inputs
),
all_keys AS NOT MATERIALIZED (
  SELECT 1 AS table_order, 'rounds' AS table_name, round_pk, place FROM key_rounds
  UNION ALL FROM children
),
missing AS (
  SELECT 1 AS problem_order, 'missing' AS problem, table_order, table_name, round_pk, count(*) AS n
  FROM all_keys
  WHERE round_pk IS NULL
  GROUP BY ALL
),
duplicate_keys AS (
  SELECT table_order, table_name, round_pk
  FROM unique_keys
  WHERE round_pk IS NOT NULL
  GROUP BY ALL
  HAVING count(*) > 1
),
duplicates AS (
  SELECT 2, 'duplicate', table_order, table_name, min(round_pk), count(*) FROM duplicate_keys GROUP BY ALL
),
orphans AS (
  SELECT 3, 'orphan', table_order, table_name, min(round_pk), count(*)
  FROM children ANTI JOIN key_rounds USING (round_pk)
  WHERE round_pk IS NOT NULL
  GROUP BY ALL
),
first_problem AS (
  FROM missing UNION ALL FROM duplicates UNION ALL FROM orphans
  ORDER BY table_order, problem_order
  LIMIT 1
)
SELECT
  problem,
  first_problem.table_name,
  first_problem.round_pk::VARCHAR AS round_pk,
  n::DOUBLE AS count,
  (
    SELECT list(DISTINCT place ORDER BY place)[:2]
    FROM all_keys
    WHERE all_keys.table_name = first_problem.table_name AND all_keys.round_pk IS NOT DISTINCT FROM first_problem.round_pk
  ) AS places
FROM first_problem
