-- The first row whose round_pk is missing, taken or of no step; no row when all keys hold.
-- Inputs: key_rounds, key_tool_calls, key_timing_events, key_round_details (round_pk, place: where the row is from, may be NULL).
-- Columns: problem ('missing', 'duplicate' or 'orphan'), table_name, round_pk (as text), count (rows with that problem in
--   that table; of duplicates the keys), places (up to two, in order).
-- Ordered by table as above, problem and key.
WITH
unique_keys AS (
  SELECT 1 AS table_order, 'rounds' AS table_name, round_pk, place FROM key_rounds
  UNION ALL SELECT 4, 'round_details', round_pk, place FROM key_round_details
),
children AS (
  SELECT 2 AS table_order, 'tool_calls' AS table_name, round_pk, place FROM key_tool_calls
  UNION ALL SELECT 3, 'timing_events', round_pk, place FROM key_timing_events
  UNION ALL SELECT 4, 'round_details', round_pk, place FROM key_round_details
),
missing AS (
  SELECT 1 AS problem_order, 'missing' AS problem, table_order, table_name, round_pk, [place] AS places
  FROM (FROM unique_keys UNION ALL BY NAME FROM children WHERE table_name <> 'round_details')
  WHERE round_pk IS NULL
),
duplicates AS (
  SELECT 2, 'duplicate', table_order, table_name, round_pk, list(DISTINCT place ORDER BY place)[:2]
  FROM unique_keys
  WHERE round_pk IS NOT NULL
  GROUP BY table_order, table_name, round_pk
  HAVING count(*) > 1
),
orphans AS (
  SELECT 3, 'orphan', table_order, table_name, round_pk, [place]
  FROM children ANTI JOIN key_rounds USING (round_pk)
  WHERE round_pk IS NOT NULL
),
problems AS (
  FROM missing UNION ALL FROM duplicates UNION ALL FROM orphans
)
SELECT
  problem,
  table_name,
  round_pk::VARCHAR AS round_pk,
  (count(*) OVER (PARTITION BY table_name, problem))::DOUBLE AS count,
  places
FROM problems
ORDER BY table_order, problem_order, problems.round_pk, places
LIMIT 1
