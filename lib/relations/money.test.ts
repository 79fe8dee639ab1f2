/** What logged steps cost, from transcripts to sums: situations that people reported, and real transcripts. */
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectOptions } from "../collect/collect.ts";
import { Home, type LogRecord } from "../collect/fixture.ts";
import { buildDatabase } from "../db/build/build.ts";
import { Pool } from "../db/open/pool.ts";
import { money } from "../format/numbers.ts";
import { priceCoverage } from "../format/price-coverage.ts";
import { hasShared } from "../testing/paths.ts";
import { withPool } from "../testing/pool.ts";
import { POOL_M } from "../testing/pool-m.ts";
import { withTranscripts } from "../testing/transcripts.ts";
import type { Accounting } from "../trace/readings.ts";

const SESSION = "11111111-1111-4111-8111-111111111111";

let home: Home;
beforeEach(() => {
  home = new Home();
});
afterEach(() => home.remove());

async function withCollected<T>(use: (pool: Pool) => Promise<T>, options: Partial<CollectOptions> = {}): Promise<T> {
  await home.collect({ resume: false, ...options });
  const db = path.join(home.root, "trace.duckdb");
  await buildDatabase({ inputs: [home.output], db, threads: 1 });
  const pool = await Pool.open(db, { threads: 1 });
  try {
    return await use(pool);
  } finally {
    pool.close();
  }
}

interface Usage {
  readonly input?: number;
  readonly write?: number;
  readonly read?: number;
  readonly output?: number;
}

/** A response of Claude and the message that it answers. `more` is added to its usage. */
function claude(model: string, time: string, usage: Usage, more: object = {}, message: object = {}): LogRecord[] {
  const { input = 0, write = 0, read = 0, output = 0 } = usage;
  const id = `${model} ${time}`;
  const counts = { input_tokens: input, cache_creation_input_tokens: write, cache_read_input_tokens: read, output_tokens: output };
  const common = { sessionId: SESSION, timestamp: time, version: "2.1.0" };
  const content = [{ type: "text", text: "hi" }];
  return [
    { ...common, type: "user", uuid: `u ${id}`, message: { role: "user", content: "hello" } },
    {
      ...{ ...common, type: "assistant", uuid: `a ${id}`, requestId: `r ${id}` },
      message: { id, role: "assistant", model, stop_reason: "end_turn", content, usage: { ...counts, ...more }, ...message },
    },
  ];
}

/** Turns of a Codex session, a minute each; `[model, usage]`. */
function codex(id: string, start: string, turns: readonly (readonly [string, Usage])[], payload: object = {}): LogRecord[] {
  const total = { input_tokens: 0, cached_input_tokens: 0, output_tokens: 0, reasoning_output_tokens: 0, total_tokens: 0 };
  const time = (minute: number, second = 0) => new Date(Date.parse(start) + minute * 60_000 + second * 1000).toISOString();
  const records = turns.flatMap(([model, { input = 0, write = 0, read = 0, output = 0 }], i): LogRecord[] => {
    const last = { input_tokens: input + read, cached_input_tokens: read, cache_write_input_tokens: write, output_tokens: output };
    total.input_tokens += last.input_tokens;
    total.cached_input_tokens += read;
    total.output_tokens += output;
    total.total_tokens += last.input_tokens + output;
    const counts = { total_token_usage: { ...total }, last_token_usage: { reasoning_output_tokens: 0, ...last } };
    return [
      { timestamp: time(i), type: "event_msg", payload: { type: "task_started", turn_id: `${id}-${i}` } },
      { timestamp: time(i), type: "turn_context", payload: { turn_id: `${id}-${i}`, model, cwd: "/home/user/project" } },
      { timestamp: time(i), type: "event_msg", payload: { type: "user_message", message: `${id} ${i}` } },
      { timestamp: time(i, 9), type: "event_msg", payload: { type: "token_count", info: counts } },
    ];
  });
  return [
    { timestamp: time(0), type: "session_meta", payload: { id, timestamp: time(0), cwd: "/home/user/project", ...payload } },
    ...records,
  ];
}

/** Model and dollars of each step, and what is said of the prices. */
async function bill(pool: Pool) {
  const steps = await pool.rows<{ model: string; usd: number | null }>(`-- uses: step_cost
    SELECT model, cost_nano / 1e9 AS usd FROM step_cost JOIN rounds USING (round_pk) ORDER BY model, usd`);
  const groups = await pool.rows<{ basis: "listed" | null; steps: number; tokens: number; usd: number }>(`-- uses: price_coverage
    SELECT basis, steps, (input_tokens + output_tokens)::DOUBLE AS tokens, (cost_nano / 1e9)::DOUBLE AS usd FROM price_coverage`);
  return { steps: steps.map(({ model, usd }) => [model, usd]), coverage: priceCoverage(groups) };
}

const M = 1_000_000;
const NOON = "2026-08-20T12:00:00.000Z";

describe("money and its coverage", () => {
  it("model-prices: each model has its own list price", async () => {
    const fast = { speed: "fast" };
    home.write(home.claude(SESSION), [
      ...["claude-opus-4-1-20250805", "claude-opus-4-20250514", "claude-3-5-haiku-20241022", "claude-3-haiku-20240307"].flatMap((model) =>
        claude(model, NOON, { input: M }),
      ),
      ...claude("claude-opus-4-6", NOON, { input: M }, fast),
      ...claude("kimi-for-coding", NOON, { input: M }),
    ]);
    const models = ["gpt-5-codex", "gpt-5.3-codex", "gpt-5.6-luna", "gpt-reserve"];
    home.write(
      home.codex("a"),
      codex(
        "a",
        NOON,
        models.map((model) => [model, { input: M }] as const),
      ),
    );
    expect(await withCollected(bill)).toEqual({
      steps: [
        ["claude-3-5-haiku-20241022", 0.8],
        ["claude-3-haiku-20240307", 0.25],
        ["claude-opus-4-1-20250805", 15],
        ["claude-opus-4-20250514", 15],
        ["claude-opus-4-6", 30],
        ["gpt-5-codex", 1.25],
        ["gpt-5.3-codex", 1.75],
        // The report says 1, the price until 2026-07-30; then it fell to 0.2, which is 0.4 in a long context.
        ["gpt-5.6-luna", 0.4],
        ["gpt-reserve", null],
        ["kimi-for-coding", null],
      ],
      coverage: "8 of 10 steps have a price; 2.0M tokens unpriced",
    });
  });

  it.each([
    ["2026-08-20", 0.53],
    ["2026-08-22", 0.42],
  ])("gpt-5.6-sol on %s costs %d", async (day, usd) => {
    home.write(home.codex("a"), codex("a", `${day}T12:00:00.000Z`, [["gpt-5.6-sol", { input: 100_000, output: 1000 }]]));
    expect(await withCollected(bill)).toEqual({ steps: [["gpt-5.6-sol", usd]], coverage: null });
  });

  it("codex-cache-write: writes have a price of their own, and a long context has another", async () => {
    home.write(
      home.codex("a"),
      codex("a", NOON, [
        ["gpt-5.6-terra", { input: 60_000, write: 50_000, read: 40_000, output: 1000 }],
        ["gpt-5.6-luna", { input: 100_000, output: 1000 }],
        ["gpt-5.4", { input: 300_000, output: 1000 }],
      ]),
    );
    expect(await withCollected(bill)).toEqual({
      steps: [
        ["gpt-5.4", 1.5225],
        // The report says 0.106 and 0.20625, at the prices until 2026-07-30.
        ["gpt-5.6-luna", 0.0212],
        ["gpt-5.6-terra", 0.165],
      ],
      coverage: null,
    });
  });

  it("advisor: the advice is a step at its own model's price", async () => {
    const iterations = [
      { type: "message", input_tokens: 2, output_tokens: 500, cache_read_input_tokens: 200_000, cache_creation_input_tokens: 8000 },
      ...[{ type: "advisor_message", model: "claude-opus-4-8", input_tokens: 160_000, output_tokens: 8000 }],
    ];
    const usage = { input: 2, write: 8000, read: 200_000, output: 500 };
    home.write(home.claude(SESSION), claude("claude-sonnet-4-6", "2026-09-01T09:00:00.000Z", usage, { iterations }));
    expect(await withCollected(bill)).toEqual({
      steps: [
        ["claude-opus-4-8", 1],
        ["claude-sonnet-4-6", 0.097506],
      ],
      coverage: null,
    });
  });

  it("subagent-both-files: a response in two files is paid for once, and belongs to one conversation", async () => {
    const sonnet = "claude-sonnet-4-6";
    const helper = claude(sonnet, "2026-04-04T09:00:09.000Z", { input: 100, write: 20_000, output: 300 }).map((record) => ({
      ...record,
      isSidechain: true,
      agentId: "a1",
    }));
    home.write(home.claude(SESSION), [
      ...claude(sonnet, "2026-04-04T09:00:05.000Z", { input: 10, write: 1000, output: 50 }),
      ...helper,
      ...claude(sonnet, "2026-04-04T09:00:12.000Z", { input: 5, write: 100, read: 1000, output: 10 }),
    ]);
    home.write(home.claude(`${SESSION}/subagents/agent-a1`), helper);
    const { steps, conversations } = await withCollected(async (pool) => ({
      ...(await bill(pool)),
      conversations: await pool.rows(`SELECT count(DISTINCT conversation_id) AS n FROM rounds`),
    }));
    expect(steps).toEqual([
      [sonnet, 0.00084],
      [sonnet, 0.00453],
      [sonnet, 0.0798],
    ]);
    expect(conversations).toEqual([{ n: 1 }]);
  });

  it("subagent-both-files: a chain of forks is paid for once, on the day of each response", async () => {
    const own: readonly Usage[] = [
      { input: 100_000, output: 1000 },
      { input: 10_000, read: 100_000, output: 500 },
      { input: 5000, read: 110_000, output: 500 },
    ];
    for (const [i] of own.entries()) {
      const start = `2026-05-2${6 + i}T08:00:00.000Z`;
      const turns = own.slice(0, i + 1).map((usage) => ["gpt-5.5", usage] as const);
      // A fork begins with the headers and turns of those before it, at the time of the fork.
      const names = ["019e0001", "019e0002", "019e0003"];
      const history = turns.slice(0, i).flatMap((turn, k) => codex(names[k] ?? "", start, [turn]));
      const [header, ...mine] = codex(names[i] ?? "", start, turns.slice(i), i > 0 ? { forked_from_id: names[i - 1] } : {});
      home.write(home.codex(names[i] ?? ""), [...(header ? [header] : []), ...history, ...mine]);
    }
    const days = await withCollected((pool) =>
      pool.rows(`-- uses: step_cost, step_times
        SELECT (make_timestamp(first_us)::DATE)::VARCHAR AS day, count(*) AS steps, sum(cost_nano) / 1e9 AS usd
        FROM step_cost JOIN rounds USING (round_pk) JOIN step_times USING (round_pk) GROUP BY day ORDER BY day`),
    );
    expect(days).toEqual([
      { day: "2026-05-26", steps: 1, usd: 0.53 },
      { day: "2026-05-27", steps: 1, usd: 0.115 },
      { day: "2026-05-28", steps: 1, usd: 0.095 },
    ]);
  });

  it("output-placeholder: the logged count is the lower bound, a floor from the characters the upper one", async () => {
    const long = { stop_reason: null, content: [{ type: "text", text: "word ".repeat(400) }] };
    const opus = "claude-opus-4-6";
    home.write(home.claude(SESSION), [
      ...claude(opus, "2026-02-22T10:00:00.000Z", { read: 1000, output: 2 }, {}, long),
      ...claude(opus, "2026-02-22T10:01:00.000Z", { read: 1000, output: 55 }),
    ]);
    const range = await withCollected((pool) =>
      pool.rows(`-- uses: cost_range
        SELECT output_is_final, low_nano / 1e9 AS low, high_nano / 1e9 AS high
        FROM cost_range JOIN rounds USING (round_pk) ORDER BY round_pk`),
    );
    expect(range).toEqual([
      { output_is_final: false, low: 0.00055, high: 0.013 },
      { output_is_final: true, low: 0.001875, high: 0.001875 },
    ]);
  });

  it("one-step: less than a cent is readable", async () => {
    home.write(home.claude(SESSION), claude("claude-sonnet-4-6", "2026-07-07T09:00:05.000Z", { input: 3, write: 1000, output: 50 }));
    const { steps, coverage } = await withCollected(bill);
    expect([steps, coverage]).toEqual([[["claude-sonnet-4-6", 0.004509]], null]);
    expect(money(Number(steps[0]?.[1]))).toBe("$0.0045");
  });

  it("since: steps before the day cost nothing", async () => {
    const usage = { input: 10, write: 1000, output: 50 };
    const days = ["2026-01-14", "2026-11-27", "2026-11-28"];
    home.write(
      home.claude(SESSION),
      days.flatMap((day) => claude("claude-sonnet-4-6", `${day}T11:00:05.000Z`, usage)),
    );
    const { steps } = await withCollected(bill, { since: "2026-11-01" });
    expect(steps).toEqual([
      ["claude-sonnet-4-6", 0.00453],
      ["claude-sonnet-4-6", 0.00453],
    ]);
  });
});

const PARTS = ["fresh", "cache_read", "cache_write_5m", "cache_write_1h", "output"];

/** Checks that the components add up to the totals of each group, and these to the same sum; returns that in nano-dollars. */
async function conservedNano(pool: Pool): Promise<bigint> {
  const parts = PARTS.map((part) => `sum(${part}_nano)`).join(" + ");
  const keys = ["session_id", "conversation_id", "first_us // 86400000000", "model", "project", "provider", "()"];
  const sums = keys.map(
    (key) => `SELECT sum(parts)::VARCHAR AS parts, sum(total)::VARCHAR AS total
      FROM (SELECT ${parts} AS parts, sum(cost_nano) AS total FROM step_cost JOIN rounds USING (round_pk) JOIN step_times USING (round_pk) GROUP BY ${key})`,
  );
  const rows = await pool.rows<{ parts: string; total: string }>(`-- uses: step_cost, step_times\n${sums.join(" UNION ALL ")}`);
  const [first] = rows;
  expect(rows).toEqual(rows.map(() => ({ parts: first?.total, total: first?.total })));
  return BigInt(first?.total ?? "");
}

it.each<[Accounting, bigint]>([
  ["published", 1_176_112_500n],
  ["counted", 1_176_112_500n],
])("pool M adds up in the %s reading", async (accounting, total) => {
  expect(await withPool(POOL_M, conservedNano, [], [], { accounting })).toBe(total);
});

describe.skipIf(!hasShared)("the transcripts", () => {
  const bySource = `-- uses: step_cost
    SELECT rounds.provider || ' ' || known_from || if(is_replayed, ' replayed', '') AS source, count(*) AS steps, sum(cost_nano) / 1e9 AS usd
    FROM rounds
    JOIN step_cost USING (round_pk)
    JOIN round_details USING (round_pk)
    JOIN sessions USING (transcript_id)
    GROUP BY source
    ORDER BY source`;
  const ofHelper = `-- uses: step_cost
    SELECT count(*) AS steps, sum(cost_nano) / 1e9 AS usd
    FROM rounds
    JOIN step_cost USING (round_pk)
    JOIN round_details USING (round_pk)
    WHERE NOT is_replayed AND transcript_id IN (SELECT transcript_id FROM rounds JOIN round_details USING (round_pk) WHERE is_replayed)`;

  it.each<[Accounting, object[], bigint]>([
    [
      "counted",
      [
        // Helpers whose own transcripts are gone are known from the progress records of their parents: on top of the 17 transcripts.
        { source: "claude progress", steps: 30, usd: 0.9298243 },
        { source: "claude transcript", steps: 265, usd: 17.81427725 },
        { source: "codex transcript", steps: 222, usd: 9.98553 },
        { source: "codex transcript replayed", steps: 43, usd: 3.276458 },
      ],
      32_006_089_550n,
    ],
    [
      "published",
      [
        { source: "claude progress", steps: 30, usd: 0.71219755 },
        { source: "claude transcript", steps: 265, usd: 15.80958725 },
        { source: "codex transcript", steps: 265, usd: 13.261988 },
      ],
      29_783_772_800n,
    ],
  ])("cost in the %s reading", async (accounting, sources, total) => {
    const check = async (pool: Pool) => {
      expect(await pool.rows(bySource)).toEqual(sources);
      expect(await conservedNano(pool)).toBe(total);
      if (accounting === "counted") expect(await pool.rows(ofHelper)).toEqual([{ steps: 2, usd: 0.3992105 }]);
    };
    await withTranscripts("transcripts", accounting, check, "counted");
  });
});
