-- uses: tool_latencies
-- scope: pool (equal rows may be in two conversations)
-- Rows of tool calls that equal an earlier row in trace key, position, name, id, times, sizes and latencies.
--
-- Grain:   one row.
-- Columns  duplicate_groups   different rows that occur at least twice
--          extra_rows         their rows beyond the first of each
WITH calls AS (
  SELECT
    struct_pack(
      trace_key, tool_index, tool_call_id, tool_name, emitted_at, result_at, input_chars, result_chars, internal_ms, wall_ms
    ) AS recorded,
    hash(trace_key, tool_index, tool_call_id) AS likely_key
  FROM tool_latencies
  JOIN (SELECT round_pk, trace_key FROM rounds) USING (round_pk)
), candidates AS ( -- few, so that the exact comparison below is cheap
  SELECT recorded FROM calls WHERE likely_key IN (SELECT likely_key FROM calls GROUP BY likely_key HAVING count(*) > 1)
), repeated AS (
  SELECT count(*) AS row_count FROM candidates GROUP BY recorded HAVING count(*) > 1
)
SELECT
  count(*) AS duplicate_groups,
  coalesce(sum(row_count - 1), 0) AS extra_rows
FROM repeated
