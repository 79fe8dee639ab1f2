-- uses: context_use
-- How many steps are left until the context is as large as contexts before a reset usually are.
--
-- Grain:   one row per session with a known window and moment: where a quarter, half and three quarters of the window are first full,
--          and the last step; the shortest runway first.
-- merge:   all by runway_steps NULLS LAST, session_id, step, moment
-- Params:  $windows        as in steps.sql
--          $ceilings       by provider and window: tokens before a reset, whether these are assumed, and the provider's median growth
--          $growth_steps   steps up to the moment from which growth is taken
--          $session_id     only this session; NULL: all
-- Columns: provider, session_id, step, context_tokens, window_tokens, occupancy
--          moment            quarter, half, three_quarters or last
--          growth_per_step   median growth of the steps among these that grew; of the provider where they are fewer than five
--          growth_basis      session or provider
--          seconds_per_step  median time between the first events of two steps, over the same steps
--          ceiling_tokens, assumed
--          runway_steps      (ceiling_tokens - context_tokens) / growth_per_step, at least 0; NULL: nothing grows
--          runway_minutes    at seconds_per_step; NULL without times
WITH windows AS (
  SELECT unnest(from_json($windows::VARCHAR, '[{"provider": "VARCHAR", "model": "VARCHAR", "given_tokens": "BIGINT", "listed_tokens": "BIGINT"}]'), recursive := true)
), ceilings AS (
  SELECT unnest(from_json($ceilings::VARCHAR, '[{"provider": "VARCHAR", "window_tokens": "BIGINT", "ceiling_tokens": "DOUBLE", "assumed": "BOOLEAN", "growth": "DOUBLE"}]'), recursive := true)
), used AS (
  SELECT
    *,
    coalesce(given_tokens, logged_window_tokens, listed_tokens) AS window_tokens,
    context_tokens / window_tokens AS occupancy,
    CASE WHEN context_tokens > previous_context_tokens THEN context_tokens - previous_context_tokens END AS growth,
    CASE WHEN first_us >= previous_first_us THEN (first_us - previous_first_us) / 1e6 END AS seconds
  FROM context_use
  JOIN windows USING (provider, model)
  WHERE $session_id::VARCHAR IS NULL OR session_id = $session_id
), known AS (
  SELECT * FROM used WHERE window_tokens IS NOT NULL
), moments AS (
  SELECT
    unnest([
      {'moment': 'quarter', 'round_pk': min(round_pk) FILTER (occupancy >= 0.25)},
      {'moment': 'half', 'round_pk': min(round_pk) FILTER (occupancy >= 0.5)},
      {'moment': 'three_quarters', 'round_pk': min(round_pk) FILTER (occupancy >= 0.75)},
      {'moment': 'last', 'round_pk': max(round_pk)}
    ], recursive := true)
  FROM known
  GROUP BY session_id
), reached AS (
  SELECT moment, known.*
  FROM known
  JOIN moments USING (round_pk)
), recent AS (
  SELECT reached.round_pk, reached.moment, median(used.growth) AS growth, count(used.growth) AS grown_steps, median(used.seconds) AS seconds
  FROM reached
  JOIN used ON used.session_id = reached.session_id AND used.step BETWEEN reached.step - $growth_steps + 1 AND reached.step
  GROUP BY reached.round_pk, reached.moment
), grown AS (
  SELECT
    reached.* EXCLUDE (growth, seconds),
    ceiling_tokens,
    assumed,
    if(grown_steps >= 5, recent.growth, ceilings.growth) AS growth_per_step,
    if(grown_steps >= 5, 'session', 'provider') AS growth_basis,
    recent.seconds AS seconds_per_step
  FROM reached
  JOIN recent USING (round_pk, moment)
  JOIN ceilings USING (provider, window_tokens)
)
SELECT
  provider,
  session_id,
  step,
  moment,
  context_tokens,
  window_tokens,
  occupancy,
  growth_per_step,
  growth_basis,
  seconds_per_step,
  ceiling_tokens,
  assumed,
  greatest(ceiling_tokens - context_tokens, 0) / growth_per_step AS runway_steps,
  runway_steps * seconds_per_step / 60 AS runway_minutes
FROM grown
ORDER BY runway_steps NULLS LAST, session_id, step, moment
