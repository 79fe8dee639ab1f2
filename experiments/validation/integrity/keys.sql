-- scope: pool (what has to be unique may be in two conversations)
-- Whether keys and ids are unique, and whether the steps of a session are numbered without gaps.
--
-- Grain:   one row per check and provider. Of rows with the same value, all but the first fail; of sessions, those that skip a
--          number between 0 and their largest fail.
-- Inputs:  rounds. Missing keys are left out, except in `rows_unique`, where they count as equal.
-- Columns  name            the check
--          provider        `<unknown-provider>` when missing
--          offenders       rows that fail it
--          looked_at       rows that it applies to
--          first_round_pk  first step with a failing row; NULL when none fails
WITH steps AS (
  SELECT round_pk, coalesce(provider, '<unknown-provider>') AS provider, trace_key, round_id, session_id, round_index
  FROM rounds
), keys AS (
  SELECT provider, trace_key, min(round_pk) AS first_round_pk, count(*) AS row_count
  FROM steps
  GROUP BY provider, trace_key
), equal_rows AS ( -- only rows with a repeated key can be equal throughout
  SELECT provider, first_round_pk, row_count
  FROM (
    SELECT
      * EXCLUDE (round_pk, ingest_seq) REPLACE (coalesce(provider, '<unknown-provider>') AS provider),
      min(round_pk) AS first_round_pk,
      count(*) AS row_count
    FROM rounds
    SEMI JOIN (SELECT trace_key FROM keys WHERE row_count > 1) AS repeated ON rounds.trace_key IS NOT DISTINCT FROM repeated.trace_key
    GROUP BY ALL
  )
), holders AS ( -- one row per value, with the number of rows that have it
  SELECT 'round_pk_unique' AS name, provider, min(round_pk) AS first_round_pk, count(*) AS row_count
  FROM steps GROUP BY provider, round_pk
  UNION ALL
  SELECT 'trace_key_unique', provider, first_round_pk, row_count
  FROM keys WHERE trace_key IS NOT NULL
  UNION ALL
  SELECT 'round_id_unique', provider, min(round_pk), count(*)
  FROM steps WHERE round_id IS NOT NULL GROUP BY provider, round_id
  UNION ALL
  SELECT 'round_index_unique', provider, min(round_pk), count(*)
  FROM steps WHERE session_id IS NOT NULL AND round_index IS NOT NULL GROUP BY provider, session_id, round_index
), sessions_by_index AS (
  SELECT
    arg_min(provider, round_pk) AS provider,
    min(round_pk) AS first_round_pk,
    max(round_index)::HUGEINT + 1 <> count(DISTINCT round_index) AS offends
  FROM steps
  WHERE session_id IS NOT NULL AND round_index IS NOT NULL
  GROUP BY session_id
), tallies AS (
  SELECT name, provider, sum(row_count - 1) AS offenders, sum(row_count) AS looked_at, min(first_round_pk) FILTER (row_count > 1) AS first_round_pk
  FROM holders
  GROUP BY ALL
  UNION ALL
  SELECT 'round_index_gapless', provider, count(*) FILTER (offends), count(*), min(first_round_pk) FILTER (offends)
  FROM sessions_by_index
  GROUP BY ALL
  UNION ALL
  SELECT 'rows_unique', provider, coalesce(any_value(offenders), 0), count(*), any_value(first_round_pk)
  FROM steps
  LEFT JOIN (
    SELECT provider, sum(row_count - 1) AS offenders, min(first_round_pk) FILTER (row_count > 1) AS first_round_pk FROM equal_rows GROUP BY provider
  ) USING (provider)
  GROUP BY ALL
)
SELECT name, provider, offenders::DOUBLE AS offenders, looked_at::DOUBLE AS looked_at, first_round_pk
FROM tallies
ORDER BY name, provider
