-- uses: step_facts, result_costs
-- Columns: tool
--          results           that a step saw
--          cost_usd          until they left the context; allocated
--          carried_tokens    of the context; allocated
--          mean_ride_steps   later steps that read a result again
SELECT
  tool,
  count(*) AS results,
  sum(round(result_costs.cost_nano * 1e3)::HUGEINT) / 1e12 AS cost_usd,
  sum(round(carried_tokens * 1e6)::HUGEINT) / 1e6 AS carried_tokens,
  avg(ride_steps) AS mean_ride_steps
FROM result_costs
JOIN step_facts ON step_facts.round_pk = call_round_pk
WHERE tool GLOB $tool
  AND day BETWEEN $since AND $until AND step_facts.provider GLOB $provider AND step_facts.model GLOB $model AND project GLOB $project
GROUP BY tool
ORDER BY cost_usd DESC NULLS LAST, results DESC, tool
LIMIT $top
