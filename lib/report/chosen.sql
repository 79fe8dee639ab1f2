-- uses: dated_steps
-- Makes the table `chosen`, of the steps that a report is about.
--
-- Grain:   one row per step
-- Params:  since_us, until_us   answered from the one and before the other; NULL: no limit
--          provider             NULL for all
--          projects             JSON list of texts; the name of the project or the path of the folder has to contain one of them.
--                               Empty for all
-- Columns: round_pk, response_us, project of `dated_steps`
CREATE OR REPLACE TABLE chosen AS
SELECT round_pk, response_us, dated_steps.project
FROM dated_steps
JOIN rounds USING (round_pk)
WHERE ($since_us::BIGINT IS NULL OR response_us >= $since_us::BIGINT)
  AND ($until_us::BIGINT IS NULL OR response_us < $until_us::BIGINT)
  AND ($provider::VARCHAR IS NULL OR provider = $provider::VARCHAR)
  AND (
    $projects::VARCHAR = '[]'
    OR len(list_filter(
      from_json($projects::VARCHAR, '["VARCHAR"]'),
      lambda text: contains(coalesce(dated_steps.project, ''), text) OR contains(coalesce(cwd, ''), text)
    )) > 0
  )
