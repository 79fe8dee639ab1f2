import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { buildDatabase } from "../../db/build/build.ts";
import { Pool } from "../../db/open/pool.ts";
import { at, known } from "../../stats/known.ts";
import { call } from "../../testing/call.ts";
import { hasShared } from "../../testing/paths.ts";
import { prefixHits } from "../../testing/prefix-hits.ts";
import { referenceDatabase } from "../../testing/reference-pools.ts";
import { REPLAY_FORMATS } from "../formats.ts";
import { second, step } from "./steps-fixture.ts";

const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "replay-")));
afterAll(() => fs.rmSync(root, { recursive: true }));
let places = 0;
const place = (ending = "") => path.join(root, `${places++}${ending}`);

async function pool(steps: readonly object[], sessions: readonly object[] = []): Promise<string> {
  const trace = place(".jsonl");
  const write = (file: string, lines: readonly object[]) =>
    fs.writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  write(trace, steps);
  if (sessions.length > 0) write(trace.replace(/jsonl$/, "sessions.jsonl"), sessions);
  return (await buildDatabase({ inputs: [trace], db: place(".duckdb"), threads: 2 })).db;
}

async function exported(db: string, ...words: string[]): Promise<string> {
  const out = place();
  const { status, stderr } = await call("export", "--db", db, "--out", out, ...words);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return out;
}

interface Line {
  readonly timestamp: number;
  readonly input_length: number;
  readonly output_length: number;
  readonly hash_ids: readonly number[];
}

function linesOf(folder: string): Line[] {
  const lines = fs.readFileSync(path.join(folder, "trace.jsonl"), "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line));
}

interface Request {
  readonly t: number;
  readonly type: string;
  readonly in: number;
  readonly out: number;
  readonly think_time: number;
  readonly hash_ids: readonly number[];
  readonly requests?: readonly Request[];
}

/** Each conversation with the requests of all of its sessions by time. */
function conversationsOf(folder: string): Request[][] {
  const traces = path.join(folder, "traces");
  return fs.readdirSync(traces).map((file) => {
    const { requests }: { requests: Request[] } = JSON.parse(fs.readFileSync(path.join(traces, file), "utf8"));
    return requests.flatMap((entry) => entry.requests ?? [entry]).sort((a, b) => a.t - b.t);
  });
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

const card = (folder: string) => fs.readFileSync(path.join(folder, "README.md"), "utf8");

const HELPED = [
  step("claude:p", 0, 0, 300),
  step("claude:p", 2, 300, 100),
  step("claude:p/subagents/h", 3, 0, 200),
  step("claude:p/subagents/h", 5, 200, 64),
  step("claude:p", 8, 384, 130),
];

it("lines of Mooncake have times, tokens and blocks; helpers are among them at their times", async () => {
  const folder = await exported(await pool(HELPED), "--format", "mooncake");
  expect(linesOf(folder)).toEqual([
    { timestamp: 0, input_length: 300, output_length: 5, hash_ids: [0, 1, 2, 3, 4] },
    { timestamp: 2000, input_length: 400, output_length: 5, hash_ids: [0, 1, 2, 3, 5, 6, 7] },
    { timestamp: 3000, input_length: 200, output_length: 5, hash_ids: [8, 9, 10, 11] },
    { timestamp: 5000, input_length: 264, output_length: 5, hash_ids: [8, 9, 10, 12, 13] },
    { timestamp: 8000, input_length: 514, output_length: 5, hash_ids: [0, 1, 2, 3, 5, 6, 14, 15, 16] },
  ]);
});

it.each(["aiperf", "inference-perf"])("conversations for %s have waits, and helpers inside", async (format) => {
  const folder = await exported(await pool(HELPED), "--format", format);
  const [file] = fs.readdirSync(path.join(folder, "traces"));
  const request = { type: "n", model: "claude-opus-4-6", out: 5, api_time: 1 };
  const lengths = { tool_tokens: 0, system_tokens: 0 };
  expect(JSON.parse(fs.readFileSync(path.join(folder, "traces", known(file)), "utf8"))).toEqual({
    id: known(file).replace(".json", ""),
    models: ["claude-opus-4-6"],
    block_size: 64,
    hash_id_scope: "local",
    ...lengths,
    requests: [
      { ...request, t: 0, in: 300, think_time: 0, hash_ids: [0, 1, 2, 3] },
      { ...request, t: 2, in: 400, think_time: 1, hash_ids: [0, 1, 2, 3, 5, 6] },
      {
        type: "subagent",
        t: 3,
        agent_id: expect.stringMatching(/^session-[0-9a-f]{16}$/),
        subagent_type: "sub-agent",
        duration_ms: 3000,
        total_tokens: 474,
        tool_use_count: null,
        status: "completed",
        models: ["claude-opus-4-6"],
        ...lengths,
        requests: [
          { ...request, t: 3, in: 200, think_time: 0, hash_ids: [8, 9, 10] },
          { ...request, t: 5, in: 264, think_time: 1, hash_ids: [8, 9, 10, 12] },
        ],
      },
      { ...request, t: 8, in: 514, think_time: 5, hash_ids: [0, 1, 2, 3, 5, 6, 14, 15] },
    ],
  });
  expect(fs.existsSync(path.join(folder, "config.yml"))).toBe(format === "inference-perf");
});

it("a fork has the blocks of its parent up to its prefix", async () => {
  const described = ["p", "f"].map((id) => ({ provider: "claude", session_id: id, transcript_id: id, project: "x" }));
  const sessions = [at(described, 0), { ...at(described, 1), relation: "fork", parent_session_id: "p" }];
  const steps = [step("p", 0, 0, 256), step("f", 2, 128, 128), step("p", 4, 256, 64)];
  const folder = await exported(await pool(steps, sessions), "--format", "mooncake");
  expect(linesOf(folder).map(({ hash_ids }) => hash_ids)).toEqual([
    [0, 1, 2, 3],
    [0, 1, 4, 5],
    [0, 1, 2, 3, 6],
  ]);
});

describe("what can't be replayed is left out and counted on the card", () => {
  it.each([
    ["without a session", { session_id: null }],
    ["without times", { timing_events: [] }],
    ["without token counts", { output_tokens: null }],
    ["with negative token counts", { prefix_tokens: -1 }],
    ["without input", { prefix_tokens: 0, newly_append_tokens: 0 }],
    ["with more than 10,000,000 tokens of input", { prefix_tokens: 10_000_000 }],
    ["without output: a server can't be asked for 0 tokens", { output_tokens: 0 }],
  ])("%s", async (reason, broken) => {
    const db = await pool([step("s", 0, 0, 100), step("s", 2, 64, 100, broken)]);
    for (const format of REPLAY_FORMATS) expect(card(await exported(db, "--format", format))).toContain(`| ${reason} | 1 |`);
  });

  it("and so is what wasn't asked for", async () => {
    const db = await pool([step("s", 0, 0, 100), step("s", 2, 0, 100, { model: "gpt-5.5" }), step("t", 10, 0, 100)]);
    const folder = await exported(db, "--format", "mooncake", "--model", "claude-opus-4-6", "--since", second(5));
    expect(linesOf(folder)).toHaveLength(1);
    expect(card(folder)).toContain("| of other models | 1 |\n| of conversations that began before the date asked for | 1 |");
  });
});

it("nothing of the trace's text is in the files", async () => {
  const db = await pool([step("secret-session", 0, 0, 100, { model: "acme-merger", project: "secret-project", cwd: "/secret" })]);
  for (const format of REPLAY_FORMATS) {
    const folder = await exported(db, "--format", format, "--model", "acme-merger");
    const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const texts = files.map((entry) => entry.name + fs.readFileSync(path.join(entry.parentPath, entry.name), "utf8"));
    expect(texts.join("\n")).not.toMatch(/secret|acme|2026/);
  }
});

describe("a sample", () => {
  const steps = Array.from({ length: 40 }, (_, i) =>
    step(`s${i}`, i, 0, 100, { provider: i < 30 ? "claude" : "codex", output_tokens: 1 + i }),
  );
  const sampled = async (db: string, seed: string) =>
    linesOf(await exported(db, "--format", "mooncake", "--sample", "8", "--seed", seed)).map(({ output_length }) => output_length - 1);

  it("has its share of each provider, and depends on the seed alone", async () => {
    const db = await pool(steps);
    const first = await sampled(db, "1");
    expect(first.filter((i) => i < 30)).toHaveLength(6);
    expect(first).toHaveLength(8);
    expect(await sampled(db, "1")).toEqual(first);
    expect(await sampled(db, "2")).not.toEqual(first);
  });

  it("larger than the pool is the pool", async () => {
    expect(linesOf(await exported(await pool(steps), "--format", "mooncake", "--sample", "100"))).toHaveLength(40);
  });
});

interface Recorded {
  readonly input: number;
  readonly output: number;
  readonly prefix: number;
  /** The largest input among earlier requests of the session; null for the first. */
  readonly before: number | null;
}

/** By time. */
async function recorded(db: string): Promise<Recorded[]> {
  const opened = await Pool.open(db);
  try {
    return await opened.rows<Recorded>(`-- uses: step_times
      SELECT
        prefix_tokens + newly_append_tokens AS input,
        output_tokens AS output,
        prefix_tokens AS prefix,
        max(prefix_tokens + newly_append_tokens) OVER (
          PARTITION BY session_id ORDER BY us, round_pk ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS before
      FROM rounds
      JOIN (SELECT round_pk, coalesce(last_input_before_output_us, first_us) AS us FROM step_times) USING (round_pk)
      WHERE prefix_tokens + newly_append_tokens > 0 AND output_tokens > 0
      ORDER BY us, round_pk`);
  } finally {
    opened.close();
  }
}

const BLOCK = 512;

describe.each([
  ["pool-a", hasShared],
  ["pool-x", true],
] as const)("%s", (name, isThere) => {
  it.skipIf(!isThere)("a cache that forgets nothing finds what was recorded, within a block per request", async () => {
    const db = await referenceDatabase(name);
    const requests = await recorded(db);
    const lines = linesOf(await exported(db, "--format", "mooncake", "--block-size", String(BLOCK)));
    expect(lines.map(({ input_length, output_length }) => [input_length, output_length])).toEqual(
      requests.map(({ input, output }) => [input, output]),
    );
    const found = prefixHits(lines.map(({ hash_ids }) => hash_ids));
    const wrong = requests.flatMap(({ prefix, before }, index) => {
      const wanted = Math.floor(prefix / BLOCK);
      const isPossible = Math.floor((before ?? 0) / BLOCK) >= wanted;
      return at(found, index) > wanted || (isPossible && at(found, index) < wanted) ? [index] : [];
    });
    expect(wrong).toEqual([]);
    const input = sum(requests.map((request) => request.input));
    const recordedShare = sum(requests.map((request) => request.prefix)) / input;
    expect(Math.abs((sum(found) * BLOCK) / input - recordedShare)).toBeLessThan((BLOCK * requests.length) / input);
  });

  it.skipIf(!isThere)("conversations have the same requests, and hits as the card says", async () => {
    const db = await referenceDatabase(name);
    const requests = await recorded(db);
    const folder = await exported(db, "--format", "aiperf", "--block-size", String(BLOCK));
    const conversations = conversationsOf(folder);
    expect(conversations.flat()).toHaveLength(requests.length);
    expect(sum(conversations.flat().map((request) => request.in))).toBe(sum(requests.map(({ input }) => input)));
    expect(sum(conversations.flat().map((request) => request.out))).toBe(sum(requests.map(({ output }) => output)));
    const found = sum(conversations.flatMap((conversation) => prefixHits(conversation.map(({ hash_ids }) => hash_ids))));
    expect(card(folder)).toContain(`| of these in blocks of an earlier request | ${(found * BLOCK).toLocaleString("en-US")} (`);
  });
});

describe("calls", () => {
  it("the same pool makes the same bytes, in place of an earlier export but of nothing else", async () => {
    const db = await pool(HELPED);
    for (const format of REPLAY_FORMATS) {
      const folder = await exported(db, "--format", format, "--license", "CC BY 4.0");
      const manifest = fs.readFileSync(path.join(folder, "manifest.json"), "utf8");
      expect(card(folder)).toContain("License of the data: CC BY 4.0");
      expect((await call("export", "--db", db, "--out", folder, "--format", format, "--license", "CC BY 4.0")).status).toBe(0);
      expect(fs.readFileSync(path.join(folder, "manifest.json"), "utf8")).toBe(manifest);
      fs.writeFileSync(path.join(folder, "notes.txt"), "mine");
      const { status, stderr } = await call("export", "--db", db, "--out", folder, "--format", format);
      expect({ status, stderr }).toMatchObject({
        status: 2,
        stderr: expect.stringContaining("notes.txt, which is not part of an earlier export"),
      });
    }
  });

  it.each([
    [["--format", "csv", "--sample", "3"], 2, "--sample does nothing with --format csv. Leave it out.\n"],
    [["--format", "aiperf", "--partition", "model"], 2, "--partition does nothing with --format aiperf. Leave it out.\n"],
    [["--format", "aiperf", "--block-size", "0"], 2, /^--block-size must be at least 1/],
    [["--format", "mooncake", "--since", "soon"], 2, /^--since soon is not a time\./],
    [["--format", "mooncake", "--model", "none"], 1, /^None of the 5 steps of .* is left\. Give another --model\.\n$/],
  ])("%s", async (words, status, message) => {
    const out = place();
    const called = await call("export", "--db", await pool(HELPED), "--out", out, ...words);
    expect(called).toMatchObject({ status, stderr: typeof message === "string" ? message : expect.stringMatching(message) });
    expect(fs.existsSync(out)).toBe(false);
  });
});
