-- uses: step_facts
-- What a question was asked about, and what of that can't be in an answer.
WITH asked AS (
  FROM step_facts
  WHERE day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
), steps AS (
  SELECT
    count(*) AS steps,
    min(first_us) AS first_us,
    max(first_us) AS last_us,
    count(*) FILTER (cost_nano IS NULL) AS "unpriced steps",
    count(*) FILTER (first_us IS NULL) AS "undated steps",
    count(*) FILTER (NOT output_is_final) AS "unfinished output"
  FROM asked
), calls AS (
  SELECT
    count(*) AS calls,
    count(*) FILTER ((coalesce(tool_internal_latency_ms, tool_wall_latency_ms) > 0) IS NOT true) AS "unmeasured calls",
    count(*) FILTER (is_error IS NULL) AS "unknown outcomes"
  FROM tool_calls
  WHERE round_pk IN (SELECT round_pk FROM asked) AND coalesce(tool_name, '') GLOB $tool
)
SELECT *
FROM steps, calls, (SELECT count(*) AS pool_steps, min(first_us) AS pool_first_us, max(first_us) AS pool_last_us FROM step_facts)
