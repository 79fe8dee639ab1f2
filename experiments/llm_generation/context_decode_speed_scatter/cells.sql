-- uses: generation_steps
-- merge: key(kind, provider, place, height) sum(steps)
-- How many steps are in each cell of a map of context and speed.
--
-- Grain:  one row per panel and cell with a step.
-- Params: $least_seconds, $decode_speed   as in query.sql
--         $least_context   tokens of context at the left end; steps with less are left out
--         $per_doubling    cells from left to right in each doubling of the context
--         $least_value     value at the lower end; steps below are in the lowest cell, those above the upper end in the highest
--         $tops            JSON list of {kind, top, cells}: value at the upper end, and cells from the lower end to it
--
-- Columns
--   kind, provider   the panel: 'speed', or 'decode' and 'first token' of Codex around its last reasoning
--   place, height    of the cell, from 0 at the left and lower end
--   steps
WITH tops AS (
  SELECT unnest(from_json($tops::VARCHAR, '[{"kind": "VARCHAR", "top": "DOUBLE", "cells": "BIGINT"}]'), recursive := true)
), exact AS (
  SELECT *
  FROM generation_steps
  WHERE after_reasoning_us / 1e6 >= $least_seconds::DOUBLE
), panels AS (
  SELECT 'speed' AS kind, provider, context_tokens, speed AS value FROM generation_steps
  UNION ALL
  SELECT 'decode', provider, context_tokens, visible_tokens / (after_reasoning_us / 1e6) FROM exact
  UNION ALL
  SELECT 'first token', provider, context_tokens, until_reasoning_us / 1e6 - reasoning_tokens / $decode_speed::DOUBLE
  FROM exact
  WHERE until_reasoning_us IS NOT NULL
), shares AS (
  SELECT
    kind,
    provider,
    cells,
    floor(log2(context_tokens / $least_context::DOUBLE) * $per_doubling::DOUBLE)::BIGINT AS place,
    log10(greatest(least(value, top), $least_value::DOUBLE) / $least_value::DOUBLE) / log10(top / $least_value::DOUBLE) AS share
  FROM panels
  JOIN tops USING (kind)
  WHERE context_tokens >= $least_context::DOUBLE
)
SELECT kind, provider, place, least(cells - 1, floor(share * cells)::BIGINT) AS height, count(*) AS steps
FROM shares
GROUP BY ALL
ORDER BY kind, provider, place, height
