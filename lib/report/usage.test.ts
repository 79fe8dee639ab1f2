import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PeriodOptions, periodOf } from "../collect/days.ts";
import { labelsOf, type StepLiteral, type TranscriptLiteral, withPool } from "../testing/pool.ts";
import { POOL_M } from "../testing/pool-m.ts";
import { amountsOf } from "./amounts.ts";
import { type PoolUsage, readUsage, type Selection } from "./usage.ts";
import { groupsOf } from "./views.ts";

type Asked = Partial<Omit<Selection, "period">> & PeriodOptions;

/** 40 tokens of new input, 60 written, 1,000 read, 10 of output: 0.001325 USD. */
const step = (timestamp: string | null, more: StepLiteral = {}): StepLiteral => ({
  provider: "claude",
  model: "claude-opus-4-6",
  session_id: "claude:s1",
  project: "-home-me-shop",
  input_tokens_total: 1_100,
  prefix_tokens: 1_000,
  newly_append_tokens: 100,
  claude_cache_creation_input_tokens: 60,
  output_tokens: 10,
  timing_events: timestamp === null ? [] : [{ event_type: "text", timestamp }],
  details: { transcript_id: "t1", response_id: null, cache_write_5m_tokens: 60, cache_write_1h_tokens: 0 },
  ...more,
});
const details = { transcript_id: "t1", cache_write_5m_tokens: 60, cache_write_1h_tokens: 0 };

const STEPS = [
  step("2026-03-08T07:59:00Z", { details: { ...details, response_id: "r1" } }),
  step("2026-03-08T08:00:00Z", { details: { ...details, output_is_placeholder: true } }),
  step("2026-03-09T06:59:59Z", {
    session_id: "claude:s1/subagents/agent-a1",
    model: "claude-unheard-of",
    details: { transcript_id: "t2" },
  }),
  step("2026-03-09T07:00:00Z", {
    provider: "codex",
    model: "gpt-5.4",
    session_id: "codex:s2",
    project: null,
    cwd: "/home/me/tools",
    details: { transcript_id: "t3" },
  }),
  step("2026-03-09T07:10:00Z", { session_id: "claude:s4", details: { transcript_id: "t4", response_id: "r1" } }),
  step(null, { session_id: "claude:s5", details: { transcript_id: "t5" } }),
];
const TRANSCRIPTS: TranscriptLiteral[] = [
  {
    session_id: "claude:s1",
    transcript_id: "t1",
    project: "-home-me-shop",
    title: "Fix 日本 🚀",
    relation: "main",
    known_from: "transcript",
  },
  {
    session_id: "claude:s1/subagents/agent-a1",
    transcript_id: "t2",
    project: "-home-me-shop",
    relation: "sub-agent",
    parent_session_id: "claude:s1",
    agent_type: "explorer",
    known_from: "progress",
  },
  { session_id: "codex:s2", transcript_id: "t3", project: "-home-me-tools", relation: "main", known_from: "transcript" },
];

describe("steps that are asked for", () => {
  let read: (asked: Asked) => Promise<PoolUsage>;
  let close: () => void = () => {};
  beforeAll(async () => {
    await new Promise<void>((ready, failed) => {
      withPool(
        STEPS,
        async (pool) => {
          read = ({ provider, projects = [], ...options }) => readUsage(pool, { period: periodOf(options), provider, projects });
          ready();
          await new Promise<void>((done) => {
            close = done;
          });
        },
        TRANSCRIPTS,
      ).catch(failed);
    });
  });
  afterAll(() => close());

  it.each<[asked: Asked, steps: number, copies: number]>([
    [{}, 5, 1],
    [{ since: "2026-03-08", timezone: "America/Los_Angeles" }, 3, 0],
    [{ until: "2026-03-08", timezone: "America/Los_Angeles" }, 3, 1],
    [{ since: "20260308", until: "20260308", timezone: "America/Los_Angeles" }, 2, 0],
    [{ since: "2026-03-09T07:00:00Z" }, 1, 0],
    [{ provider: "codex" }, 1, 0],
    [{ provider: "gemini" }, 0, 0],
    [{ projects: ["tools"] }, 1, 0],
    [{ projects: ["me/tools", "shop"] }, 5, 1],
    [{ projects: ["nothing like it"] }, 0, 0],
  ])("%j", async (asked, steps, copies) => {
    const { usage, copies: leftOut } = await read(asked);
    expect(amountsOf(usage).steps).toBe(steps);
    expect(leftOut).toEqual({ steps: copies, tokens: 1_110 * copies });
  });

  it("have their tokens and money by quarter of an hour, model, project and session", async () => {
    const { usage } = await read({ provider: "claude" });
    const [undated, first] = usage;
    expect(undated).toMatchObject({ quarter_us: null, session_id: "claude:s5", first_us: null, steps: 1 });
    expect(first).toMatchObject({
      quarter_us: Date.parse("2026-03-08T07:45:00Z") * 1000,
      first_us: Date.parse("2026-03-08T07:59:00Z") * 1000,
      provider: "claude",
      model: "claude-opus-4-6",
      project: "-home-me-shop",
      session_id: "claude:s1",
      conversation_id: "claude:s1",
      steps: 1,
      input_tokens: 40,
      cache_write_tokens: 60,
      cache_read_tokens: 1_000,
      output_tokens: 10,
      cost_nano: 1_325_000,
      high_nano: 1_325_000,
      basis: "listed",
      output_is_final: true,
      is_replayed: false,
    });
    expect(usage.slice(2)).toMatchObject([
      { output_is_final: false },
      { conversation_id: "claude:s1", session_id: "claude:s1/subagents/agent-a1", basis: null, cost_nano: 0 },
    ]);
  });

  it("are of sessions with titles, and helpers with parents", async () => {
    const { sessions } = await read({});
    expect(sessions.get("claude:s1")).toMatchObject({ title: "Fix 日本 🚀", is_helper: false });
    expect(sessions.get("claude:s1/subagents/agent-a1")).toMatchObject({
      is_helper: true,
      parent_session_id: "claude:s1",
      known_from: "progress",
    });
    expect(sessions.get("claude:s5")).toMatchObject({ title: null, is_helper: false, known_from: null });
  });
});

it("pool M: the time of each session in which a model or a tool worked, and the calls of its tools", async () => {
  const { usage, tools } = await withPool(POOL_M, (pool) => readUsage(pool, { period: periodOf({}), provider: undefined, projects: [] }));
  const active = (session: string) => amountsOf(usage.filter(({ session_id }) => session_id === session)).active_us / 1e6;
  expect(["s1", "s2", "s3"].map(active)).toEqual([86, 93, 43]);
  const none = { errors: 0, timed_calls: 1 };
  expect(tools).toMatchObject([
    {
      ...none,
      provider: "claude",
      tool: "Bash",
      calls: 3,
      errors: 2,
      timed_calls: 3,
      total_ms: 46_000,
      input_chars: 120,
      result_chars: 1_300,
    },
    { ...none, provider: "codex", tool: "exec_command", calls: 2, timed_calls: 2, total_ms: 4_900 },
    { ...none, provider: "claude", tool: "Edit", calls: 1, total_ms: 600_000 },
    { ...none, provider: "claude", tool: "Grep", calls: 1 },
    { ...none, provider: "claude", tool: "Read", calls: 1 },
    { ...none, provider: "claude", tool: "Task", calls: 1, total_ms: 100_000 },
  ]);
});

it("labels of sessions, which helpers share", async () => {
  const selection = { period: periodOf({}), provider: undefined, projects: [] };
  const read = (label?: string) =>
    withPool(POOL_M, (pool) => readUsage(pool, { ...selection, label }), [], [], { labels: labelsOf("s1,team,search", "s3,size,large") });
  expect((await read()).labels.size).toBe(0);
  const usage = await read("team");
  expect([...usage.labels]).toEqual([
    ["s1", "search"],
    ["s2", "search"],
  ]);
  const groups = groupsOf("label", usage, { timezone: "UTC", nowMs: 0 });
  expect(groups.map(({ names, labels, amounts }) => [names.label, labels[0], amounts.steps])).toEqual([
    ["search", "search", 10],
    [null, "unlabeled", 4],
  ]);
});
