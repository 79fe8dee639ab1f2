/**
 * What a day may bring: processes that are killed, disks that are full or closed, damaged and odd input. `npm run bad-days`
 * runs them, and the long parts too with LONG=1 in the environment; bench/bad-days.md has the results of such a run.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { outputRecords, readArtifacts } from "../artifacts/artifacts-file.ts";
import { Pool } from "../db/open/pool.ts";
import { mountDisk, unmountAll } from "../testing/disks.ts";
import { project } from "../testing/paths.ts";
import { fingerprintOf, hashesOf, leftoversIn, tracedStep } from "../testing/runs.ts";

const LONG = process.env.LONG === "1";
const MINUTE_MS = 60_000;
const KILLS = LONG ? 50 : 3;
const FUZZED = LONG ? 100_000 : 1_000;
const SESSIONS = LONG ? 100_000 : 2_000;
const QUICK = ["--only", "trace_facts/paper_macros", "--only", "trace_facts/volume_over_time"];

const root = fs.mkdtempSync(path.join(os.tmpdir(), "bad-days-"));
beforeAll(() => {
  if (!LONG) console.warn("SKIPPED: the long parts of bad days, because LONG=1 is not set.");
});
afterAll(() => {
  unmountAll();
  fs.rmSync(root, { recursive: true });
});

let folders = 0;
const newFolder = (): string => {
  const folder = path.join(root, String(folders++));
  fs.mkdirSync(folder);
  return folder;
};

interface Ended {
  readonly status: number | null;
  readonly stderr: string;
  /** Of the process, as the system saw it while it ran. */
  readonly peakBytes: number;
}

interface Started {
  readonly child: ChildProcess;
  /** What it has said so far. */
  readonly said: () => string;
  readonly ended: Promise<Ended>;
}

function startProgram(words: readonly string[], nodeOptions: readonly string[] = []): Started {
  return start([...nodeOptions, "--import", import.meta.resolve("tsx"), project("run-all.ts"), ...words]);
}

function start(words: readonly string[]): Started {
  const child = spawn(process.execPath, words, { cwd: root, stdio: ["pipe", "ignore", "pipe"] });
  child.stdin.on("error", () => {});
  let stderr = "";
  let peakBytes = 0;
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const poll = setInterval(() => {
    peakBytes = Math.max(peakBytes, residentBytes(child.pid as number));
  }, 50);
  const ended = once(child, "close").then(([status]) => {
    clearInterval(poll);
    return { status: status as number | null, stderr, peakBytes };
  });
  return { child, said: () => stderr, ended };
}

const run = (...words: string[]): Promise<Ended> => {
  const { child, ended } = startProgram(words);
  child.stdin?.end();
  return ended;
};

/** 0 where the system doesn't tell. */
function residentBytes(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** The same numbers on every day. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function expectSentence({ stderr }: Ended, pattern: RegExp): void {
  const lines = stderr.split("\n").filter((line) => pattern.test(line));
  expect({ matches: lines.length, stderr }).toEqual({ matches: 1, stderr });
  expect(stderr).not.toMatch(/^\s+at |Unexpected error/m);
}

const DAY = Date.UTC(2026, 0, 1);
const at = (second: number) => new Date(DAY + second * 1000).toISOString();

function step(session: number, index: number, changes: Readonly<Record<string, unknown>> = {}) {
  return {
    ...tracedStep(index, index === 0 ? "user_message" : "tool_result", DAY + (session * 600 + index * 20) * 1000),
    provider: session % 2 ? "codex" : "claude",
    session_id: `session ${session}`,
    model: session % 2 ? "gpt-5.5" : "claude-opus-4-7",
    ...changes,
  };
}

function steps(sessions: number, each: number): object[] {
  return Array.from({ length: sessions }, (_, session) => Array.from({ length: each }, (_, index) => step(session, index))).flat();
}

function writeTrace(rows: readonly object[]): string {
  const file = path.join(newFolder(), "trace.jsonl");
  fs.writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return file;
}

function filesIn(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return (fs.readdirSync(folder, { recursive: true }) as string[]).filter((name) => fs.statSync(path.join(folder, name)).isFile()).sort();
}

/** Hashes by file; databases are stamped by the engine and logs tell what happened. */
function resultsIn(folder: string): Record<string, string> {
  const results = filesIn(folder).filter(
    (name) => !/\.duckdb$|^logs\/|(^|\/)\./.test(name) && !/explore\.(json|js)$/.test(name) && !hasSize(name),
  );
  return hashesOf(folder, results);
}

/** The page that asks with SQL and the list of the gallery's files name the size of its database, which is packed. */
const hasSize = (name: string) => name.startsWith("gallery/ask/") || name === "gallery/gallery.json";

/** Whatever is named is there, whole; what has no record is not asked for. */
async function expectSound(out: string): Promise<void> {
  for (const name of filesIn(out)) {
    const full = path.join(out, name);
    if (path.basename(name) === "artifacts.json") {
      const folder = path.dirname(full);
      const artifacts = readArtifacts(folder);
      expect(artifacts).not.toBeNull();
      const records = artifacts ? outputRecords(artifacts) : [];
      const told = Object.fromEntries(records.map(({ file, sha256 }) => [file, sha256]));
      expect(hashesOf(folder, Object.keys(told))).toEqual(told);
    } else if (/^[^.][^/]*\.duckdb$/.test(path.basename(name)) && path.basename(name) !== "explore.duckdb") (await Pool.open(full)).close();
    else if (path.basename(name) === "run.json") JSON.parse(fs.readFileSync(full, "utf8"));
  }
}

describe("killed at any moment", () => {
  it(
    `run-all leaves no torn file, and the next run ends as if nothing had been (${KILLS} times)`,
    async () => {
      const trace = writeTrace(steps(20, 5));
      const clean = path.join(newFolder(), "out");
      const begin = performance.now();
      expect(await run("--input", trace, "--out", clean, ...QUICK)).toMatchObject({ status: 0 });
      const wholeMs = performance.now() - begin;
      const random = seeded(8);
      const out = path.join(newFolder(), "out");
      for (let i = 0; i < KILLS; i++) {
        if (i % 2 === 0) fs.rmSync(out, { recursive: true, force: true });
        const { child, ended } = startProgram(["--input", trace, "--out", out, ...QUICK, ...(i % 2 ? ["--force"] : [])]);
        await Promise.race([sleep(wholeMs * (0.1 + 0.9 * random())), ended]);
        child.kill("SIGKILL");
        await ended;
        await expectSound(out);
        expect(await run("--input", trace, "--out", out, ...QUICK)).toMatchObject({ status: 0 });
        expect(resultsIn(out)).toEqual(resultsIn(clean));
        expect(leftoversIn(out)).toEqual([]);
      }
    },
    (2 + KILLS) * MINUTE_MS,
  );

  it(
    `build-db leaves no torn database, and the next build is whole (${KILLS} times)`,
    async () => {
      const trace = writeTrace(steps(4_000, 5));
      const folder = newFolder();
      const db = path.join(folder, "a.duckdb");
      const begin = performance.now();
      expect(await run("build-db", "--input", trace, "--db", db)).toMatchObject({ status: 0 });
      const wholeMs = performance.now() - begin;
      const whole = await fingerprintOf(db);
      const random = seeded(9);
      for (let i = 0; i < KILLS; i++) {
        if (i % 2 === 0) fs.rmSync(db, { force: true });
        const { child, ended } = startProgram(["build-db", "--input", trace, "--db", db]);
        await Promise.race([sleep(wholeMs * (0.1 + 0.9 * random())), ended]);
        child.kill("SIGKILL");
        await ended;
        if (fs.existsSync(db)) expect(await fingerprintOf(db)).toBe(whole);
        expect(await run("build-db", "--input", trace, "--db", db)).toMatchObject({ status: 0 });
        expect(await fingerprintOf(db)).toBe(whole);
        expect(fs.readdirSync(folder)).toEqual(["a.duckdb"]);
      }
    },
    (2 + KILLS) * MINUTE_MS,
  );
});

it("what killed processes left beside fresh results is removed", async () => {
  const trace = writeTrace(steps(4, 4));
  const out = path.join(newFolder(), "out");
  expect(await run("--input", trace, "--out", out, ...QUICK)).toMatchObject({ status: 0 });
  const dead = start(["-e", ""]);
  await dead.ended;
  const results = path.join(out, "trace_facts/paper_macros");
  const mine = `${os.hostname().replaceAll(/[^A-Za-z0-9_-]/g, "_")}.${dead.child.pid}-0-0.partial`;
  fs.mkdirSync(path.join(results, `.staging.${mine}`));
  fs.writeFileSync(path.join(results, `.staging.${mine}`, "half.csv"), "a,");
  fs.writeFileSync(path.join(results, ".lock"), JSON.stringify({ process: dead.child.pid, host: os.hostname(), serial: 0 }));
  fs.writeFileSync(path.join(out, `.trace.duckdb.${mine}`), "half");
  fs.writeFileSync(path.join(out, `.run.json.${mine}`), "{");
  fs.mkdirSync(path.join(out, `.gallery.${mine}`));
  fs.writeFileSync(path.join(out, `.gallery.${mine}`, "index.html"), "half");
  const again = await run("--input", trace, "--out", out, ...QUICK);
  expect(again).toMatchObject({ status: 0, stderr: expect.stringMatching(/fresh +trace_facts\/paper_macros/) });
  expect(leftoversIn(out)).toEqual([]);
});

describe("asked to end in the middle of drawing", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("by %s, a run leaves a clean tree and exits with %i", async (signal, status) => {
    const out = path.join(newFolder(), "out");
    const { child, ended } = startProgram(["--input", writeTrace(steps(20, 5)), "--out", out, ...QUICK]);
    const isDrawing = () => leftoversIn(out).some((name) => name.includes(".staging."));
    while (!isDrawing() && child.exitCode === null) await sleep(1);
    child.kill(signal);
    const result = await ended;
    expect(result.status).toBe(status);
    expectSentence(result, /^Interrupted; nothing half-written is left\.$/);
    expect(leftoversIn(out)).toEqual([]);
    await expectSound(out);
  });
});

describe("on a full disk", () => {
  it("build-db says so and leaves nothing", async ({ skip }) => {
    const disk = mountDisk("1m") ?? skip();
    const result = await run("build-db", "--input", writeTrace(steps(4_000, 5)), "--db", path.join(disk, "a.duckdb"));
    expect(result.status).toBe(1);
    expectSentence(result, /^No space is left on the disk that holds .*; free some, or give another path with --db\.$/);
    expect(filesIn(disk)).toEqual([]);
  });

  it.each(LONG ? ["16k", "300k", "600k", "1500k", "4m"] : ["600k"])(
    "of %s, a run says so and leaves nothing half-written",
    async (size) => {
      const disk = mountDisk(size);
      if (disk === null) return;
      const trace = writeTrace(steps(20, 5));
      const db = path.join(path.dirname(trace), "a.duckdb");
      await run("build-db", "--input", trace, "--db", db);
      const out = path.join(disk, "out");
      const result = await run("--db", db, "--out", out, ...QUICK);
      expect(result.status).toBe(1);
      expectSentence(result, /^No space is left on the disk that holds .*; free some, or give another path with --out\.$/);
      expect(leftoversIn(out)).toEqual([]);
      await expectSound(out);
    },
  );
});

/** Root may write everywhere, except to a disk that is closed. */
function closedFolder(): string | null {
  if (process.getuid?.() !== 0) {
    const folder = newFolder();
    fs.chmodSync(folder, 0o555);
    return folder;
  }
  const disk = mountDisk("1m");
  if (disk !== null) execFileSync("mount", ["-o", "remount,ro", disk]);
  return disk;
}

describe("where nothing can be written", () => {
  it("a run and a build say so in one sentence", async ({ skip }) => {
    const folder = closedFolder() ?? skip();
    const trace = writeTrace(steps(2, 2));
    const db = path.join(path.dirname(trace), "a.duckdb");
    expect(await run("build-db", "--input", trace, "--db", db)).toMatchObject({ status: 0 });
    const runs = await run("--db", db, "--out", path.join(folder, "out"), ...QUICK);
    expect(runs.status).toBe(1);
    expectSentence(runs, /^Can't write to .* \((EROFS|EACCES)\); give another path with --out\.$/);
    const build = await run("build-db", "--input", trace, "--db", path.join(folder, "b.duckdb"));
    expect(build.status).toBe(1);
    expectSentence(build, /^Can't write to .* \((EROFS|EACCES)\); give another path with --db or --out\.$/);
  });
});

it("a database that another process is writing to is told in one sentence", async () => {
  const trace = writeTrace(steps(2, 2));
  const db = path.join(path.dirname(trace), "a.duckdb");
  expect(await run("build-db", "--input", trace, "--db", db)).toMatchObject({ status: 0 });
  const api = JSON.stringify(import.meta.resolve("@duckdb/node-api"));
  const writer = start([
    "--input-type=module",
    "-e",
    `const { DuckDBInstance } = await import(${api}); globalThis.held = await DuckDBInstance.create(${JSON.stringify(db)}); console.error("open"); process.stdin.resume();`,
  ]);
  while (!writer.said().includes("open")) await sleep(20);
  const result = await run("--db", db, "--out", path.join(newFolder(), "out"), ...QUICK);
  expect(result.status).toBe(1);
  expectSentence(result, /a\.duckdb is open for writing in another process; wait for it or close it\./);
  writer.child.stdin?.end();
  expect((await writer.ended).status).toBe(0);
});

describe("damaged input", () => {
  it(
    "that is cut at any byte is told, and no database is left",
    async () => {
      const whole = gzipSync(JSON.stringify(step(0, 0)).concat("\n").repeat(1_000));
      const random = seeded(10);
      for (const cut of [
        1,
        ...Array.from({ length: LONG ? 50 : 2 }, () => 2 + Math.floor(random() * (whole.length - 3))),
        whole.length - 1,
      ]) {
        const folder = newFolder();
        const file = path.join(folder, "trace.jsonl.gz");
        fs.writeFileSync(file, whole.subarray(0, cut));
        const result = await run("build-db", "--input", file, "--db", path.join(folder, "a.duckdb"));
        expect([cut, result.status]).toEqual([cut, 2]);
        expectSentence(result, /trace\.jsonl\.gz cannot be read: /);
        expect(fs.readdirSync(folder)).toEqual(["trace.jsonl.gz"]);
      }
    },
    30 * MINUTE_MS,
  );

  it.runIf(LONG).each([
    ["a line of 1 GB", '{"provider":"', "x"],
    ["10 million events in a line", '{"provider":"claude","timing_events":[', '{"event_type":"text"},'],
  ])(
    "of %s is refused within 1 GB of memory",
    async (_, head, piece) => {
      const db = path.join(newFolder(), "a.duckdb");
      const { child, ended } = startProgram(["build-db", "--input", "-", "--db", db]);
      const stdin = child.stdin as NonNullable<typeof child.stdin>;
      // The program ends long before all is sent.
      stdin.on("error", () => null);
      const block = piece.repeat(Math.floor(2 ** 20 / piece.length));
      stdin.write(head);
      for (let sent = 0; sent < (piece === "x" ? 1e9 : 10_000_000 * piece.length) && child.exitCode === null; sent += block.length)
        if (!stdin.write(block)) await Promise.race([once(stdin, "drain").catch(() => ended), ended]);
      stdin.end();
      const result = await ended;
      expect(result.status).toBe(2);
      expectSentence(result, /-:1: bad line \(too long\): the line is longer than 64 MiB/);
      expect(result.peakBytes).toBeLessThan(1e9);
      expect(fs.existsSync(db)).toBe(false);
    },
    10 * MINUTE_MS,
  );
});

describe("the whole atlas of an odd pool is drawn", () => {
  const nothing = Object.fromEntries(Object.keys(step(0, 0)).map((key) => [key, null]));
  const backwards = (i: number) => ({
    timing_events: ["user_message", "reasoning", "tool_call", "tool_result", "text"].map((event_type, k) => ({
      event_type,
      timestamp: at(10_000 - 20 * i - 3 * k),
    })),
    tools: [{ tool_name: "Bash", emitted_at: at(10_000 - 20 * i), result_at: at(9_990 - 20 * i) }],
  });

  it.each<[string, () => object[]]>([
    ["one step", () => [step(0, 0)]],
    ["nothing but nulls", () => [nothing, nothing, {}]],
    ["a clock that goes backwards", () => Array.from({ length: 40 }, (_, i) => step(i >> 3, i % 8, backwards(i)))],
    [`${SESSIONS.toLocaleString("en-US")} sessions of one step`, () => steps(SESSIONS, 1)],
  ])(
    "of %s",
    async (name, rows) => {
      const result = await run("--input", writeTrace(rows()), "--out", path.join(newFolder(), "out"), "--no-gallery");
      if (LONG) console.log(`${name}: peak ${(result.peakBytes / 1e6).toFixed(0)} MB`);
      expect(result.stderr.split("\n").filter((line) => line.startsWith("failed"))).toEqual([]);
      expect(result.status).toBe(0);
    },
    10 * MINUTE_MS,
  );

  it.runIf(LONG)(
    "of one step with 10 million events, within 6 GB of memory",
    async () => {
      const trace = writeTrace([step(0, 0)]);
      const db = path.join(path.dirname(trace), "a.duckdb");
      await run("build-db", "--input", trace, "--db", db);
      const instance = await DuckDBInstance.create(db);
      const connection = await instance.connect();
      await connection.run(
        "INSERT INTO timing_events (round_pk, event_index, event_type, timestamp) SELECT 1, i + 2, 'text', TIMESTAMP '2026-01-01' + to_milliseconds(i) FROM range(10000000) t(i)",
      );
      connection.closeSync();
      instance.closeSync();
      const { child, ended } = startProgram(["--db", db, "--out", path.join(newFolder(), "out"), "--no-gallery"]);
      child.stdin?.end();
      const result = await ended;
      console.log(`10 million events in a step: peak ${(result.peakBytes / 1e6).toFixed(0)} MB`);
      expect(result.stderr.split("\n").filter((line) => line.startsWith("failed"))).toEqual([]);
      expect(result.status).toBe(0);
      expect(result.peakBytes).toBeLessThan(6e9);
    },
    20 * MINUTE_MS,
  );
});

it(
  `${FUZZED.toLocaleString("en-US")} damaged figures are read without crash or end, within 512 MB`,
  async () => {
    const out = path.join(newFolder(), "out");
    await run("--input", writeTrace(steps(4, 4)), "--out", out, "--no-gallery", "--only", "trace_facts/paper_macros");
    const figure = filesIn(out).find((name) => name.endsWith(".png")) as string;
    const reader = start([
      "--max-old-space-size=256",
      "--import",
      import.meta.resolve("tsx"),
      project("bench", "fuzz-figures.ts"),
      path.join(out, figure),
      String(FUZZED),
    ]);
    reader.child.stdin?.end();
    const result = await reader.ended;
    expect(result.stderr).toMatch(new RegExp(`^${FUZZED} figures read, the slowest in \\d+ ms`));
    expect(result.status).toBe(0);
    expect(result.peakBytes).toBeLessThan(512e6);
    if (LONG) console.log(`${result.stderr.trim()}, peak ${(result.peakBytes / 1e6).toFixed(0)} MB`);
  },
  60 * MINUTE_MS,
);
