import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asSessions } from "../../../lib/testing/cases.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { checkedQueries, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import { checksOf, GAPS, type Gap, type Measured, measure, REQUESTS, type RequestTime } from "./audit.ts";
import experiment from "./experiment.ts";

const START = Date.UTC(2026, 0, 1);
const at = (second: number) => new Date(START + second * 1000).toISOString();
const event = (event_type: string, second: number, tool_name: string | null = null) => ({ event_type, timestamp: at(second), tool_name });
const user = (second: number) => event("user_message", second);
const text = (second: number) => event("text", second);
const call = (from: number | null, to: number | null, more: object = {}) => ({
  tool_name: "Bash",
  emitted_at: from === null ? null : at(from),
  result_at: to === null ? null : at(to),
  ...more,
});
const step = (timing_events: StepLiteral["timing_events"], tools: StepLiteral["tools"] = [], more: StepLiteral = {}): StepLiteral => ({
  session_id: "s",
  provider: "codex",
  timing_events: timing_events ?? [],
  tools: tools ?? [],
  ...more,
});

const run = (steps: readonly StepLiteral[]) => withPool(steps, (pool) => runOn(experiment, pool));
const account = (steps: readonly StepLiteral[]) =>
  withPool(steps, async (pool) => {
    const db = checkedQueries(experiment, pool);
    return {
      requests: await db.rows(REQUESTS, { top: null }),
      gaps: await db.rows(GAPS, { requests: null }),
      checks: checksOf(await measure(db)),
    };
  });
/** The account of a case among others. */
async function accountAmong(cases: Parameters<typeof asSessions>[0], what: string) {
  const { requests, gaps, checks } = await account(asSessions(cases));
  const own = requests.filter(({ session_id }) => session_id === what);
  const openings = new Set(own.map(({ opening_round_pk }) => opening_round_pk));
  return { requests: own, gaps: gaps.filter(({ opening_round_pk }) => openings.has(opening_round_pk)), checks };
}
const S = 1e6;

describe("the time of a request", () => {
  const cases: [rule: string, steps: StepLiteral[], expected: Partial<RequestTime>][] = [
    ["is covered by its generation", [step([user(0), text(5)])], { generation_us: 5 * S, covered_us: 5 * S, uncovered_us: 0 }],
    [
      "is covered by tools between two steps",
      [step([user(0), text(5)], [call(5, 8)]), step([event("tool_result", 8), text(10)])],
      { generation_us: 7 * S, tool_wall_us: 3 * S, covered_us: 10 * S, uncovered_us: 0 },
    ],
    [
      "is uncovered where neither is known",
      [step([user(0), text(5)]), step([text(10)])],
      { generation_us: 5 * S, covered_us: 5 * S, uncovered_us: 5 * S },
    ],
    [
      "is covered once by tools in parallel",
      [step([user(0), text(2)], [call(2, 6), call(3, 5), call(5, 9)]), step([event("tool_result", 9), text(10)])],
      { tool_wall_us: 10 * S, covered_us: 10 * S, uncovered_us: 0 },
    ],
    ["does not include what comes after it", [step([user(0), text(2)], [call(1, 30)])], { tool_wall_us: 1 * S, covered_us: 2 * S }],
    ["does not include what comes before it", [step([user(2), text(3)], [call(0, 1), call(-5, 2)])], { tool_wall_us: 0 }],
    [
      "does not include waits without an end, or of no time",
      [step([user(0), text(2)], [call(1, null), call(null, 2), call(1, 1), call(2, 1)])],
      { tool_wall_us: 0, tool_calls: 4 },
    ],
    [
      "counts what tools report in full, and wall time where that is not positive",
      [
        step(
          [user(0), text(2)],
          [
            call(null, null, { tool_internal_latency_ms: 9000, tool_wall_latency_ms: 1 }),
            call(null, null, { tool_internal_latency_ms: 0, tool_wall_latency_ms: 20 }),
            call(null, null, { tool_internal_latency_ms: null, tool_wall_latency_ms: -5 }),
          ],
        ),
      ],
      { effective_ms: 9020, tool_wall_us: 0 },
    ],
    [
      "does not include late usage reports, which are added up step by step",
      [step([user(0), text(2), event("usage_report", 5)]), step([event("tool_result", 5), text(6), event("usage_report", 7)])],
      { response_us: 6 * S, usage_lag_us: 4 * S },
    ],
    [
      "is completely uncovered without a known span",
      [step([user(1), event("tool_result", 1), text(1)]), step([text(4)])],
      { covered_us: 0, uncovered_us: 3 * S },
    ],
  ];

  it.each(cases)("%s", async (rule, _steps, expected) => {
    const { requests, checks } = await accountAmong(cases, rule);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject(expected);
    expect(checks.map(({ count }) => count)).toEqual([0, 0, 0, 0]);
  });
});

describe("gaps", () => {
  const around = (gaps: readonly Gap[]) => gaps.map(({ from_us, gap_us, before, after }) => [from_us / S, gap_us / S, before, after]);
  const cases: [rule: string, steps: StepLiteral[], expected: unknown[][]][] = [
    ["are between steps", [step([user(0), text(5)]), step([text(10)])], [[5, 5, "text", "text"]]],
    [
      "are named after the nearest events",
      [step([user(0), text(5), event("tool_call", 6, "Bash"), event("usage_report", 8)]), step([event("tool_result", 20), text(21)])],
      [[6, 14, "tool_call:Bash", "tool_result"]],
    ],
    ["end with what a tool emits", [step([user(0), text(5)], [call(7, 12)]), step([text(12)])], [[5, 2, "text", "tool_emitted:Bash"]]],
    [
      "are between the return of a call that took no time, and its beginning",
      [step([user(0), text(5)], [call(6, 6, { tool_name: "Read" }), call(6, 8), call(8, 8, { tool_name: "Write" })]), step([text(12)])],
      [
        [8, 4, "tool_returned:Write", "text"],
        [5, 1, "text", "tool_emitted:Read"],
      ],
    ],
    [
      "are ordered by length, then by time",
      [
        step([user(0), text(1)]),
        step([event("tool_result", 3), text(4)]),
        step([event("tool_result", 9), text(10)]),
        step([event("tool_result", 12), text(13)]),
      ],
      [
        [4, 5, "text", "tool_result"],
        [1, 2, "text", "tool_result"],
        [10, 2, "text", "tool_result"],
      ],
    ],
  ];

  it.each(cases)("%s", async (rule, _steps, expected) => {
    expect(around((await accountAmong(cases, rule)).gaps)).toEqual(expected);
  });

  it("are five for each request", async () => {
    const steps = [
      step([user(0), text(1)]),
      ...Array.from({ length: 8 }, (_, i) => step([event("tool_result", 10 * i + 2 + i), text(10 * i + 3 + i)])),
    ];
    const { gaps } = await account(steps);
    expect(gaps.map(({ from_us }) => from_us / S)).toEqual([3, 14, 25, 36, 47]);
  });
});

it("agrees with a walk over seconds", async () => {
  const second = fc.integer({ min: -3, max: 25 });
  const interval = fc.tuple(second, second);
  const walk = fc.record({
    answer: fc.integer({ min: 0, max: 12 }),
    steps: fc.array(fc.record({ spans: interval, tools: fc.array(interval, { maxLength: 3 }) }), { maxLength: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(walk, { minLength: 120, maxLength: 120 }), async (walks) => {
      const steps = walks.flatMap(({ answer, steps }, i) => [
        step([user(0), text(answer)], [], { session_id: `s${i}` }),
        ...steps.map(({ spans: [from, to], tools }) =>
          step(
            [event("tool_result", from), text(to)],
            tools.map(([start, end]) => call(start, end)),
            { session_id: `s${i}` },
          ),
        ),
      ]);
      const { requests, gaps, checks } = await account(steps);
      const bySession = new Map(requests.map((request) => [request.session_id, request]));
      walks.forEach(({ answer, steps }, i) => {
        const end = Math.max(answer, ...steps.map(({ spans }) => spans[1]));
        const generations = [[0, answer], ...steps.map(({ spans }) => spans)];
        const tools = steps.flatMap((each) => each.tools);
        const cells = Array.from({ length: end }, (_, cell) => cell);
        const under = (spans: readonly (readonly number[])[], cell: number) =>
          spans.filter(([from, to]) => (from as number) <= cell && cell < (to as number)).length;
        const sum = (value: (cell: number) => number) => S * cells.reduce((total, cell) => total + value(cell), 0);
        const bare = (cell: number) => under([...generations, ...tools], cell) === 0;
        const request = bySession.get(`s${i}`) as RequestTime;
        expect(request).toMatchObject({
          response_us: S * end,
          generation_us: sum((cell) => under(generations, cell)),
          tool_wall_us: sum((cell) => under(tools, cell)),
          covered_us: sum((cell) => (bare(cell) ? 0 : 1)),
          uncovered_us: sum((cell) => (bare(cell) ? 1 : 0)),
        });
        const starts = cells.filter((cell) => bare(cell) && (cell === 0 || !bare(cell - 1)));
        const own = gaps.filter(({ opening_round_pk }) => opening_round_pk === request.opening_round_pk);
        expect(own).toHaveLength(Math.min(5, starts.length));
        if (starts.length <= 5) expect(own.map(({ from_us }) => from_us / S).sort((a, b) => a - b)).toEqual(starts);
      });
      expect(checks.map(({ name, count }) => [name, count])).toEqual(checks.map(({ name }) => [name, 0]));
    }),
    { numRuns: 2, seed: 11 },
  );
});

it("counts failed checks, and names the first that fails in the trace", () => {
  const row = (fate: RequestTime["fate"], provider: string, column: Measured["column"], ascending: number[]): Measured => ({
    group: { fate, provider },
    column,
    n: ascending.length,
    sum: 0,
    ascending,
  });
  const measured = [
    row("audited", "claude", "line", [3, 7, 9]),
    row("audited", "codex", "line", [1, 5]),
    row("audited", "claude", "residual_identity", [7, 9]),
    row("audited", "codex", "residual_identity", [5]),
    row("no_end", "codex", "line", [4]),
  ];
  expect(checksOf(measured).map(({ count, of, detail }) => [count, of, detail])).toEqual([
    [3, 5, "first: the request that opens in line 5"],
    [0, 5, undefined],
    [0, 5, undefined],
    [1, 6, "first: the request that opens in line 4"],
  ]);
});

it("lists the requests with the most left over, and how they end", async () => {
  const steps = [
    step([user(0), text(5)]),
    step([event("reasoning", 10)]),
    step([user(20), text(22)]),
    step([user(30), text(31)]),
    step([event("tool_call", 90, "Bash"), text(90)]),
  ];
  const result = await withPool(steps, (pool) => runOn(experiment, pool, { "top-turns": 2 }));
  expect(rowsOf(result, "largest_residuals").map((row) => [row.line, row.end_line, row.end_type, row.residual_wall_s])).toEqual([
    [4, 5, "tool_call", 59],
    [1, 2, "reasoning", 5],
  ]);
  expect(rowsOf(result, "gap_patterns").map(Object.values)).toEqual([
    ["codex", "text", "tool_call", 1, 59],
    ["codex", "text", "reasoning", 1, 5],
  ]);
});

it("names each provider with what nothing accounts for, and adds its parts up to 100%", async () => {
  const covered = step([user(0), text(4)], [call(1, 3)], { session_id: "c", provider: "claude" });
  const { figures } = await run([step([user(0), text(5)]), step([text(10)]), covered]);
  const [coverage, gaps] = figures;
  expect(coverage?.title).toBe("Nothing accounts for 0.0% (Claude) and 50.0% (Codex) of the response time");
  expect(JSON.stringify(coverage?.spec)).not.toContain('"to":1.');
  expect(gaps?.title).toBe("100.0% of the time in gaps is between a text and a text of Codex");
});

it("has zeros for an empty pool", async () => {
  const result = await run([]);
  expect(result).toMatchObject({ figures: [], notes: [experiment.empty], documents: [{ value: { passed: true } }] });
  expect(rowsOf(result, "request_time_account").map(({ provider, turns }) => [provider, turns])).toEqual([
    ["all", 0],
    ["claude", 0],
    ["codex", 0],
  ]);
});

it.skipIf(!hasShared).each(REFERENCE_POOLS)("finds no violation in %s", async (name) => {
  const result = await withReferencePool(name, (pool) => runOn(experiment, pool));
  expect(result.documents).toMatchObject([{ value: { passed: true } }]);
});
