-- uses: observed_spans
-- The generation span of each step.
--
-- Grain:   one row per step.
-- Columns: provider; generation_ms (NULL without a span)
SELECT provider, generation_ms FROM observed_spans
