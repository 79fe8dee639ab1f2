import fs from "node:fs";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { periodOf } from "../collect/days.ts";
import { project } from "../testing/paths.ts";
import { usageOf } from "./fixture.ts";
import { type Report, reportCsv, reportJson, reportLines } from "./report.ts";
import type { Session, Usage } from "./usage.ts";
import { VIEWS } from "./view-names.ts";

const QUARTER_US = 900_000_000;

/** 40 tokens of new input, 60 written, 1,000 read, 10 of output, for 1.25 USD. */
function used(time: string | null, more: Partial<Usage> = {}): Usage {
  const us = time === null ? null : Date.parse(time) * 1000;
  return usageOf({
    quarter_us: us === null ? null : Math.floor(us / QUARTER_US) * QUARTER_US,
    first_us: us,
    last_us: us,
    project: "-home-me-shop",
    session_id: "claude:s1",
    conversation_id: "claude:s1",
    input_tokens: 40,
    cache_write_tokens: 60,
    cache_read_tokens: 1_000,
    output_tokens: 10,
    cost_nano: 1_250_000_000,
    high_nano: 1_250_000_000,
    ...more,
  });
}

/** Without a price. */
const UNHEARD_OF = { model: "claude-unheard-of", basis: null, cost_nano: 0, high_nano: 0 };

function session(session_id: string, known: Partial<Session> = {}): [string, Session] {
  const none = { title: null, project: null, is_helper: false, agent_type: null, parent_session_id: null, known_from: null };
  return [session_id, { session_id, ...none, ...known }];
}

function reportOf(usage: readonly Usage[], given: Partial<Report> & { readonly timezone?: string } = {}): Report {
  const { timezone = "UTC", ...more } = given;
  return {
    usage,
    tools: [],
    sessions: new Map(),
    copies: { steps: 0, tokens: 0 },
    labels: new Map(),
    view: "day",
    accounting: "counted",
    breakdown: false,
    order: undefined,
    clock: { timezone, nowMs: Date.parse("2026-03-10T12:30:00Z") },
    ...more,
  };
}

const jsonOf = (report: Report) => JSON.parse(JSON.stringify(reportJson(report, periodOf({}))));
const notesOf = (report: Report) => reportLines(report, null).flatMap(({ kind, text }) => (kind === "note" ? text : []));

describe("days", () => {
  it.each<[timezone: string, times: string[], days: string[]]>([
    ["UTC", ["2026-03-07T23:59:59Z", "2026-03-08T00:00:00Z"], ["2026-03-07", "2026-03-08"]],
    ["Asia/Kolkata", ["2026-03-07T18:29:00Z", "2026-03-07T18:30:00Z"], ["2026-03-07", "2026-03-08"]],
    ["Asia/Kathmandu", ["2026-03-07T18:14:00Z", "2026-03-07T18:15:00Z"], ["2026-03-07", "2026-03-08"]],
    // Clocks go forward, and the day has 23 hours.
    [
      "America/Los_Angeles",
      ["2026-03-08T07:59:00Z", "2026-03-08T08:00:00Z", "2026-03-09T06:59:00Z", "2026-03-09T07:00:00Z"],
      ["2026-03-07", "2026-03-08", "2026-03-08", "2026-03-09"],
    ],
    // Back again, and it has 25.
    [
      "Europe/Berlin",
      ["2026-10-24T21:59:00Z", "2026-10-24T22:00:00Z", "2026-10-25T22:59:00Z", "2026-10-25T23:00:00Z"],
      ["2026-10-24", "2026-10-25", "2026-10-25", "2026-10-26"],
    ],
  ])("of %s", (timezone, times, days) => {
    const { rows } = jsonOf(
      reportOf(
        times.map((time) => used(time)),
        { timezone },
      ),
    );
    const expected = [...new Set(days)].map((date) => ({ date, steps: days.filter((day) => day === date).length }));
    expect(rows).toMatchObject(expected);
  });
});

describe("totals", () => {
  const usage = [
    used(null),
    used("2026-01-05T11:00:00Z", { high_nano: 1_300_000_001, active_us: 1_234_567 }),
    used("2026-01-05T23:30:00Z", { ...UNHEARD_OF, session_id: "claude:s2", conversation_id: "claude:s2" }),
    used("2026-02-05T11:00:00Z", {
      provider: "codex",
      model: "gpt-5.4",
      project: null,
      steps: 7,
      cost_nano: 987_654_321,
      high_nano: 987_654_321,
    }),
  ];
  const views = VIEWS.filter((view) => view !== "tool" && view !== "helper");

  it.each(views)("by %s are the sum of the rows, and of their parts, to the nano-dollar", (view) => {
    const { rows, totals } = jsonOf(reportOf(usage, { view, breakdown: true }));
    expect(totals).toMatchObject({
      steps: 10,
      totalTokens: 4_440,
      costUSD: 3.487654321,
      costHighUSD: 3.537654322,
      activeSeconds: 1.234567,
    });
    const parts = rows.flatMap(({ modelBreakdowns }: { modelBreakdowns: Record<string, number>[] }) => modelBreakdowns);
    for (const summands of [rows, parts])
      for (const [field, unit] of Object.entries({
        steps: 1,
        totalTokens: 1,
        unpricedTokens: 1,
        costUSD: 1e9,
        costHighUSD: 1e9,
        activeSeconds: 1e6,
      })) {
        const whole = (value: number | null) => Math.round((value ?? 0) * unit);
        expect(summands.reduce((sum: number, row: Record<string, number>) => sum + whole(row[field] ?? 0), 0)).toBe(whole(totals[field]));
      }
  });

  it("of helpers are those of helpers", () => {
    const { totals } = jsonOf(reportOf(usage, { view: "helper", sessions: new Map([session("claude:s2", { is_helper: true })]) }));
    expect(totals).toMatchObject({ steps: 1, totalTokens: 1_110, costUSD: null });
  });

  it("of tools are the sum of the rows", () => {
    const tool = { provider: "claude", calls: 3, errors: 1, timed_calls: 2, total_ms: 2_500, input_chars: 10, result_chars: 20 };
    const tools = [
      { ...tool, tool: "Bash" },
      { ...tool, tool: "Read", timed_calls: 0, total_ms: 0 },
    ];
    const report = reportOf(usage, { view: "tool", tools });
    expect(jsonOf(report)).toMatchObject({
      rows: [
        { tool: "Bash", provider: "claude", calls: 3, errors: 1, timedCalls: 2, totalSeconds: 2.5, inputChars: 10, resultChars: 20 },
        { tool: "Read" },
      ],
      totals: { calls: 6, errors: 2, timedCalls: 2, totalSeconds: 2.5, inputChars: 20, resultChars: 40 },
    });
    expect(reportLines(report, 60).flatMap(({ kind, text }) => (kind === "row" || kind === "total" ? text : []))).toEqual([
      "Bash       3       1  2.50 s         1.25 s            20",
      "Read       3       1       –              –            20",
      "Total      6       2  2.50 s         1.25 s            40",
    ]);
  });
});

it("JSON and CSV of a day with two models", () => {
  const usage = [
    used("2026-03-08T10:00:00Z"),
    used("2026-03-08T10:20:00Z", { cost_nano: 1_750_000_000, high_nano: 2_000_000_000 }),
    used("2026-03-08T10:40:00Z", UNHEARD_OF),
  ];
  const report = reportOf(usage, { breakdown: true });
  const opus = {
    firstActivity: "2026-03-08T10:00:00.000Z",
    lastActivity: "2026-03-08T10:20:00.000Z",
    steps: 2,
    inputTokens: 80,
    outputTokens: 20,
    cacheCreationTokens: 120,
    cacheReadTokens: 2_000,
    totalTokens: 2_220,
    costUSD: 3,
    costHighUSD: 3.25,
    unpricedTokens: 0,
    cacheHitShare: 2_000 / 2_200,
    activeSeconds: 0,
  };
  const unheardOf = {
    ...opus,
    firstActivity: "2026-03-08T10:40:00.000Z",
    lastActivity: "2026-03-08T10:40:00.000Z",
    steps: 1,
    inputTokens: 40,
    outputTokens: 10,
    cacheCreationTokens: 60,
    cacheReadTokens: 1_000,
    totalTokens: 1_110,
    costUSD: null,
    costHighUSD: null,
    unpricedTokens: 1_110,
  };
  const day = {
    ...opus,
    lastActivity: unheardOf.lastActivity,
    modelsUsed: ["claude-opus-4-6", "claude-unheard-of"],
    steps: 3,
    inputTokens: 120,
    outputTokens: 30,
    cacheCreationTokens: 180,
    cacheReadTokens: 3_000,
    totalTokens: 3_330,
    unpricedTokens: 1_110,
    cacheHitShare: 3_000 / 3_300,
  };
  expect(jsonOf(report)).toMatchObject({
    report: "day",
    accounting: "counted",
    timezone: "UTC",
    since: null,
    until: null,
    rows: [
      {
        date: "2026-03-08",
        ...day,
        modelBreakdowns: [
          { modelName: "claude-opus-4-6", ...opus },
          { modelName: "claude-unheard-of", ...unheardOf },
        ],
      },
    ],
    totals: day,
    coverage: { unpriced: { steps: 1, tokens: 1_110, models: ["claude-unheard-of"] }, firstDay: "2026-03-08", lastDay: "2026-03-08" },
  });
  const share = 2_000 / 2_200;
  expect(reportCsv(report)).toEqual([
    "date,firstActivity,lastActivity,steps,inputTokens,outputTokens,cacheCreationTokens,cacheReadTokens,totalTokens,costUSD,costHighUSD,unpricedTokens,cacheHitShare,activeSeconds,modelsUsed",
    `2026-03-08,2026-03-08T10:00:00.000Z,2026-03-08T10:20:00.000Z,2,80,20,120,2000,2220,3,3.25,0,${share},0,claude-opus-4-6`,
    `2026-03-08,2026-03-08T10:40:00.000Z,2026-03-08T10:40:00.000Z,1,40,10,60,1000,1110,,,1110,${share},0,claude-unheard-of`,
  ]);
});

describe("rows", () => {
  const sessions = new Map([
    session("claude:s1", { title: "Fix 日本 🚀", project: "-home-me-shop" }),
    session("claude:s1/subagents/agent-a1", {
      is_helper: true,
      parent_session_id: "claude:s1",
      agent_type: "explorer",
      known_from: "progress",
    }),
  ]);
  const usage = [
    used("2026-03-02T10:00:00Z"),
    used("2026-03-10T08:00:00Z", { model: "claude-haiku-4-5", session_id: "claude:s1/subagents/agent-a1", active_us: 95_000_000 }),
    used("2026-03-10T09:00:00Z", {
      provider: "codex",
      model: "gpt-5.4",
      project: null,
      session_id: "codex:s2",
      conversation_id: "codex:s2",
      cost_nano: 250_000_000,
    }),
    used("2026-03-10T23:00:00Z", {
      project: "-home-me-tools",
      session_id: "claude:s3",
      conversation_id: "claude:s3",
      high_nano: 9_990_000_000,
    }),
  ];

  it.each<[given: Partial<Report>, rows: object[]]>([
    [
      { view: "session" },
      [
        { sessionId: "claude:s1", title: "Fix 日本 🚀", project: "-home-me-shop", helpers: 1, steps: 2 },
        { sessionId: "codex:s2", title: null, project: null, helpers: 0, steps: 1 },
        { sessionId: "claude:s3", project: "-home-me-tools", steps: 1 },
      ],
    ],
    [{ view: "week" }, [{ week: "2026-03-02" }, { week: "2026-03-09", steps: 3 }]],
    [{ view: "week", order: "desc" }, [{ week: "2026-03-09" }, { week: "2026-03-02" }]],
    [{ view: "month" }, [{ month: "2026-03", steps: 4 }]],
    [{ view: "project" }, [{ project: "-home-me-shop", sessions: 1 }, { project: "-home-me-tools" }, { project: null }]],
    [{ view: "project", order: "asc" }, [{ project: null }, { project: "-home-me-tools" }, { project: "-home-me-shop" }]],
    [
      { view: "model" },
      [{ model: "claude-opus-4-6", provider: "claude", steps: 2 }, { model: "claude-haiku-4-5" }, { model: "gpt-5.4", provider: "codex" }],
    ],
    [
      { view: "helper" },
      [
        {
          helperId: "claude:s1/subagents/agent-a1",
          agentType: "explorer",
          parentSessionId: "claude:s1",
          sessionId: "claude:s1",
          knownFrom: "progress",
          steps: 1,
        },
      ],
    ],
    [
      { view: "block" },
      [
        { blockStart: "2026-03-02T10:00:00.000Z", blockEnd: "2026-03-02T15:00:00.000Z", provider: "claude", isActive: false },
        { blockStart: "2026-03-10T08:00:00.000Z", provider: "claude", isActive: true },
        { blockStart: "2026-03-10T09:00:00.000Z", provider: "codex", isActive: true },
        { blockStart: "2026-03-10T23:00:00.000Z", isActive: false },
      ],
    ],
  ])("of %j", (given, rows) => {
    const { rows: found } = jsonOf(reportOf(usage, { sessions, ...given }));
    expect(found).toMatchObject(rows);
    expect(found).toHaveLength(rows.length);
  });

  it.each([60, 80, 120, 200].flatMap((width) => VIEWS.map((view) => [view, width] as const)))("of %s fit %s columns", (view, width) => {
    const report = reportOf(usage, { view, sessions, breakdown: view !== "model" && view !== "tool" });
    const table = reportLines(report, width).filter(({ kind }) => kind !== "note" && kind !== "title");
    expect(Math.max(...table.map(({ text }) => stringWidth(text)))).toBeLessThanOrEqual(width);
  });

  it.each<[width: number, breakdown: boolean, lines: string[]]>([
    [
      60,
      true,
      [
        "Usage by session, helpers included, 2026-03-02 to 2026-03-11 (Asia/Tokyo, accounting: counted)",
        "Session         Models             Input  Output  Cost (USD)",
        "──────────────  ─────────────────  ─────  ──────  ──────────",
        "s1              haiku-4-5, opus-…     80      20       $2.50",
        "  └─ haiku-4-5                        40      10       $1.25",
        "  └─ opus-4-6                         40      10       $1.25",
        "s2              gpt-5.4               40      10       $0.25",
        "  └─ gpt-5.4                          40      10       $0.25",
        "s3              opus-4-6              40      10       $1.25",
        "  └─ opus-4-6                         40      10       $1.25",
        "──────────────  ─────────────────  ─────  ──────  ──────────",
        "Total                                160      40       $4.00",
        "Not shown at this width: Title, Project, Last Activity, Cache Create, Cache Read, Total Tokens, Uncertain, Cache Hit, Active. --json and --csv have all.",
      ],
    ],
    [
      80,
      false,
      [
        "Usage by session, helpers included, 2026-03-02 to 2026-03-11 (Asia/Tokyo, accounting: counted)",
        "Session  Project         Models             Input  Output  Cost (USD)  Uncertain",
        "───────  ──────────────  ─────────────────  ─────  ──────  ──────────  ─────────",
        "s1       -home-me-shop   haiku-4-5, opus-…     80      20       $2.50          –",
        "s2       unknown         gpt-5.4               40      10       $0.25     +$1.00",
        "s3       -home-me-tools  opus-4-6              40      10       $1.25     +$8.74",
        "───────  ──────────────  ─────────────────  ─────  ──────  ──────────  ─────────",
        "Total                                         160      40       $4.00     +$9.74",
        "Not shown at this width: Title, Last Activity, Cache Create, Cache Read, Total Tokens, Cache Hit, Active. --json and --csv have all.",
      ],
    ],
    [
      120,
      false,
      [
        "Usage by session, helpers included, 2026-03-02 to 2026-03-11 (Asia/Tokyo, accounting: counted)",
        "Session  Title        Project         Last Activity     Models        Input  Output  Total Tokens  Cost (USD)  Uncertain",
        "───────  ───────────  ──────────────  ────────────────  ────────────  ─────  ──────  ────────────  ──────────  ─────────",
        "s1       Fix 日本 🚀  -home-me-shop   2026-03-10 17:00  haiku-4-5, …     80      20         2,220       $2.50          –",
        "s2                    unknown         2026-03-10 18:00  gpt-5.4          40      10         1,110       $0.25     +$1.00",
        "s3                    -home-me-tools  2026-03-11 08:00  opus-4-6         40      10         1,110       $1.25     +$8.74",
        "───────  ───────────  ──────────────  ────────────────  ────────────  ─────  ──────  ────────────  ──────────  ─────────",
        "Total                                                                   160      40         4,440       $4.00     +$9.74",
        "Not shown at this width: Cache Create, Cache Read, Cache Hit, Active. --json and --csv have all.",
      ],
    ],
    [
      200,
      false,
      [
        "Usage by session, helpers included, 2026-03-02 to 2026-03-11 (Asia/Tokyo, accounting: counted)",
        "Session  Title        Project         Last Activity     Models               Input  Output  Cache Create  Cache Read  Total Tokens  Cost (USD)  Uncertain  Cache Hit  Active",
        "───────  ───────────  ──────────────  ────────────────  ───────────────────  ─────  ──────  ────────────  ──────────  ────────────  ──────────  ─────────  ─────────  ──────",
        "s1       Fix 日本 🚀  -home-me-shop   2026-03-10 17:00  haiku-4-5, opus-4-6     80      20           120       2,000         2,220       $2.50          –      90.9%  1m 35s",
        "s2                    unknown         2026-03-10 18:00  gpt-5.4                 40      10            60       1,000         1,110       $0.25     +$1.00      90.9%       –",
        "s3                    -home-me-tools  2026-03-11 08:00  opus-4-6                40      10            60       1,000         1,110       $1.25     +$8.74      90.9%       –",
        "───────  ───────────  ──────────────  ────────────────  ───────────────────  ─────  ──────  ────────────  ──────────  ────────────  ──────────  ─────────  ─────────  ──────",
        "Total                                                                          160      40           240       4,000         4,440       $4.00     +$9.74      90.9%  1m 35s",
      ],
    ],
  ])("on a terminal of %s columns, with parts: %s", (width, breakdown, lines) => {
    const report = reportOf(usage, { view: "session", sessions, breakdown, timezone: "Asia/Tokyo" });
    const table = reportLines(report, width).filter(({ kind, text }) => kind !== "note" || text.startsWith("Not shown"));
    expect(table.map(({ text }) => text)).toEqual(lines);
  });
});

it("fields are those that docs/report.md lists", () => {
  const documented = new Set([...fs.readFileSync(project("docs/report.md"), "utf8").matchAll(/`(\w+)`/g)].map(([, name]) => name));
  const tool = { provider: "claude", tool: "Bash", calls: 1, errors: 0, timed_calls: 0, total_ms: 0, input_chars: 0, result_chars: 0 };
  for (const view of VIEWS) {
    const sessions = new Map([session("claude:s1", { is_helper: true })]);
    const json = jsonOf(reportOf([used("2026-03-08T10:00:00Z")], { view, breakdown: true, tools: [tool], sessions }));
    const [row] = json.rows;
    const names = [json, row, json.totals, ...(row.modelBreakdowns ?? [])].flatMap((part) => Object.keys(part));
    expect([view, names.filter((name) => !documented.has(name))]).toEqual([view, []]);
  }
});

describe("what a reader has to know", () => {
  const day = "2026-03-08T10:00:00Z";
  it.each<[what: string, usage: Usage[], given: Partial<Report>, notes: string[]]>([
    ["a plain day: nothing", [used(day)], {}, []],
    [
      "a model without a price",
      [used(day, UNHEARD_OF)],
      {},
      [
        "Prices: 0 of 1 steps have a price; 1.1K tokens unpriced (claude-unheard-of). An asterisk marks costs without them; --prices FILE gives them a price.",
      ],
    ],
    [
      "guessed prices, and the user's own",
      [used(day, { basis: "family" }), used(day, { model: "own", basis: "override" })],
      {},
      [
        "Prices: 2 of 2 steps have a price; 1 by a guess from the model's family (1.1K tokens, $1.25), 1 at your own rate (1.1K tokens, $1.25).",
      ],
    ],
    [
      "responses that are there twice",
      [used(day)],
      { copies: { steps: 1, tokens: 1_110 } },
      ["Copies: 1 step (1.1K tokens) in resumed or forked transcripts repeat responses that are counted; they are left out."],
    ],
    [
      "history that a helper replays",
      [used(null, { is_replayed: true })],
      {},
      [
        "Replays: 1 step (1.1K tokens) are history that helpers repeat from transcripts that are gone; they are counted, and their day is unknown.",
      ],
    ],
    ["a step without a time", [used(null)], {}, ["Without a time: 1 step (1.1K tokens), whose day is unknown."]],
    [
      "outputs logged while streaming",
      [used(day), used(day, { output_is_final: false })],
      {},
      ["Output: final counts of 1 of 2 steps; the others were logged while streaming, so output and cost are lower bounds."],
    ],
    [
      "a helper without a transcript",
      [used(day)],
      { sessions: new Map([session("claude:s1", { known_from: "progress" })]) },
      ["Helpers: 1 with 1 step (1.1K tokens) are known only from progress records of the parent."],
    ],
    ["six days without steps: nothing", [used("2026-03-01T10:00:00Z"), used(day)], {}, []],
    [
      "seven",
      [used("2026-03-01T10:00:00Z"), used("2026-03-09T10:00:00Z")],
      {},
      [
        "Gaps: no steps from 2026-03-02 to 2026-03-08. Either the agents were not used or the transcripts are gone: Claude Code deletes them after 30 days by default.",
      ],
    ],
    [
      "many gaps of Codex",
      [1, 2, 3, 4, 5, 6].map((month) => used(`2026-0${month}-01T10:00:00Z`, { provider: "codex" })),
      {},
      [
        "Gaps: no steps from 2026-03-02 to 2026-03-31, from 2026-04-02 to 2026-04-30, from 2026-05-02 to 2026-05-31, in 2 earlier gaps. Either the agents were not used or the transcripts are gone.",
      ],
    ],
    ["no steps", [], {}, ["Nothing to report: the history has no steps, or the filters leave none."]],
  ])("of %s", (_what, usage, given, notes) => expect(notesOf(reportOf(usage, given))).toEqual(notes));
});
