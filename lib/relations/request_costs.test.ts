/** What requests do and cost on whole pools, as printed, and what holds of any pool; and how they change with their calls on pool M. */
import { describe, expect, it } from "vitest";
import { hasShared } from "../testing/paths.ts";
import { type StepLiteral, withPool } from "../testing/pool.ts";
import { POOL_M } from "../testing/pool-m.ts";
import { printedRows } from "../testing/printed.ts";
import { REFERENCE_POOLS, withReferencePool } from "../testing/reference-pools.ts";

const near = (value: unknown) => expect.closeTo(Number(value), 9);

describe.each(REFERENCE_POOLS)("%s", (name) => {
  it.skipIf(!hasShared)("requests, error windows and edits are as printed", async () => {
    const [printed = []] = printedRows(name, "request_phases");
    const sql = `-- uses: request_costs
      SELECT provider, count(*) AS requests, sum(cost_nano) / 1e9 AS usd, count(*) FILTER (errors > 0) AS with_error,
        sum(cost_nano) FILTER (errors > 0) / 1e9 AS touched_usd, sum(repair_nano) / 1e9 AS repair_usd,
        count(*) FILTER (has_edit) AS edit_requests, count(*) FILTER (has_edit AND rework_loops = 0) AS one_shot
      FROM request_costs GROUP BY provider ORDER BY requests DESC`;
    const found = await withReferencePool(name, (pool) => pool.rows<object>(sql));
    const usd = ["usd", "touched_usd", "repair_usd"];
    const expected = printed.map((row) =>
      Object.fromEntries(Object.entries(row).map(([column, value]) => [column, usd.includes(column) ? near(value) : value])),
    );
    expect(found).toEqual(expected);
  });

  it.skipIf(name === "pool-a" && !hasShared)("steps with an activity, and in error windows", async () => {
    const sql = `-- uses: step_activity, error_steps
      SELECT (SELECT count(*) FROM step_activity) AS steps, (SELECT count(*) FROM error_steps) AS repair`;
    const expected = { "pool-a": { steps: 13_106, repair: 1_425 }, "pool-x": { steps: 16_658, repair: 2_507 } };
    expect(await withReferencePool(name, (pool) => pool.rows<object>(sql))).toEqual([expected[name]]);
  });

  it.skipIf(name === "pool-a" && !hasShared)("phases add up to their requests, and repair is at most what errors touch", async () => {
    const sql = `-- uses: request_costs, request_phases
      WITH sums AS (
        SELECT session_id, request_no, count(*) AS phases, sum(steps) AS steps, sum(calls) AS calls, sum(errors) AS errors,
          sum(unknown_calls) AS unknown_calls, sum(repair_steps) AS repair_steps, sum(cost_nano) AS cost_nano,
          sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens, sum(to_us - from_us) AS lasting_us, min(from_us) AS start_us
        FROM request_phases GROUP BY ALL
      )
      SELECT count(*) AS off
      FROM request_costs LEFT JOIN sums USING (session_id, request_no)
      WHERE (request_costs.phases, request_costs.steps, request_costs.calls, request_costs.errors, request_costs.unknown_calls,
          request_costs.repair_steps, request_costs.cost_nano, request_costs.input_tokens, request_costs.output_tokens)
        IS DISTINCT FROM (sums.phases, sums.steps, sums.calls, sums.errors, sums.unknown_calls,
          sums.repair_steps, sums.cost_nano, sums.input_tokens, sums.output_tokens)
        OR (response_us >= 0 AND (response_us, request_costs.start_us) IS DISTINCT FROM (lasting_us, sums.start_us))
        OR repair_nano > if(request_costs.errors > 0, request_costs.cost_nano, 0) OR repair_us < 0`;
    expect(await withReferencePool(name, (pool) => pool.rows<object>(sql))).toEqual([{ off: 0 }]);
    const order =
      "-- uses: request_phases\nSELECT count(*) AS off FROM request_phases WHERE to_us < from_us OR human_us NOT BETWEEN 0 AND to_us - from_us";
    expect(await withReferencePool(name, (pool) => pool.rows<object>(order))).toEqual([{ off: 0 }]);
  });
});

describe.skipIf(!hasShared)("pool A", () => {
  it("has tools of which no list says what they are for, and calls of unknown status", async () => {
    const sql = `-- uses: calls, tool_activity
      SELECT provider, count(*) AS calls, count(*) FILTER (is_error IS NULL) AS unknown, count(*) FILTER (activity = 'other') AS other,
        count(DISTINCT tool) FILTER (activity = 'other') AS other_tools
      FROM calls JOIN tool_activity USING (tool) GROUP BY provider ORDER BY provider`;
    expect(await withReferencePool("pool-a", (pool) => pool.rows<object>(sql))).toEqual([
      { provider: "claude", calls: 9_923, unknown: 11, other: 82, other_tools: 13 },
      { provider: "codex", calls: 5_456, unknown: 759, other: 29, other_tools: 9 },
    ]);
  });
});

type Tools = NonNullable<StepLiteral["tools"]>;

const COSTS =
  "-- uses: request_costs\nSELECT errors, rework_loops, has_edit, repair_steps FROM request_costs WHERE session_id = 's1' AND request_no = 1";

/** Pool M with other calls in one step. */
const withTools = (round_pk: number, change: (tools: Tools) => Tools): StepLiteral[] =>
  POOL_M.map((step, i) => (i + 1 === round_pk ? { ...step, tools: change(step.tools ?? []) } : step));

it.each<[what: string, steps: readonly StepLiteral[], expected: object]>([
  ["the word sses has no loop", POOL_M, { errors: 2, rework_loops: 0, has_edit: true, repair_steps: 3 }],
  [
    "sees has none",
    withTools(3, ([call]) => [{ ...call, tool_name: "Edit" }]),
    { errors: 2, rework_loops: 0, has_edit: true, repair_steps: 3 },
  ],
  [
    "ssese has one, and a failed edit counts",
    withTools(5, ([call]) => [{ ...call }, { tool_name: "Edit", tool_call_id: "c5b", is_error: true }]),
    { errors: 3, rework_loops: 1, has_edit: true, repair_steps: 4 },
  ],
  [
    "a failure of a tool that never works again reaches one step",
    withTools(5, () => []),
    { errors: 2, rework_loops: 0, has_edit: true, repair_steps: 2 },
  ],
  [
    "a call of unknown status is not a recovery",
    withTools(5, ([call]) => [{ ...call, is_error: null }]),
    { errors: 2, rework_loops: 0, has_edit: true, repair_steps: 2 },
  ],
])("%s", async (_, steps, expected) => {
  expect(await withPool(steps, (pool) => pool.rows<object>(COSTS))).toEqual([expected]);
});
