/** From private transcripts to published figures: no word of the person is in what a PNG carries, nor in any other result. */
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { claudeTurn, codexHeader, codexTurn, Home, type LogRecord } from "../collect/fixture.ts";
import { isPng } from "../sidecar/png.ts";
import { readSidecar } from "../sidecar/read.ts";
import { call } from "../testing/call.ts";

const WORDS = /johnq|acme|merger|payroll|sesame/i;
const CODEX = "019b7000-0000-7000-8000-000000000000";

const home = new Home();
afterAll(() => home.remove());

/** A turn whose model, tool, prompt, input, folder and branch name the person's work. */
function privateTurn(i: number): LogRecord[] {
  const turn = JSON.stringify(claudeTurn(`t${i}`, 10 * i, 1000 * i))
    .replaceAll("claude-opus-4-6", i % 2 === 0 ? "claude-opus-4-6" : "vllm/acme-merger-ft")
    .replaceAll('"name":"Bash"', i % 2 === 0 ? '"name":"Bash"' : '"name":"mcp__acme-payroll-db__query"')
    .replaceAll('"ls"', '"cat /home/johnq/acme-merger/sesame.txt"')
    .replaceAll("please do", "open sesame for");
  const records: LogRecord[] = JSON.parse(turn);
  return records.map((record) => ({ ...record, cwd: "/home/johnq/acme-merger", gitBranch: "johnq/payroll" }));
}

const at = (...names: string[]) => path.join(home.root, ...names);

async function done(...words: string[]): Promise<void> {
  expect(await call(...words)).toMatchObject({ status: 0 });
}

beforeAll(() => {
  const turns = Array.from({ length: 24 }, (_, i) => privateTurn(i));
  home.write(home.claude("127e9cd1-0deb-4a7c-ba1a-ba4ecd375b90", ".claude", "-home-johnq-acme-merger"), turns.flat());
  home.write(home.codex(CODEX), [codexHeader(CODEX, 0), ...codexTurn("019b7000-0001-7000-8000-000000000000", 1, 100)]);
});

it("nothing private is in the results of a sanitized trace", async () => {
  await done("collect", "--home", home.folder, "-o", at("private.jsonl"));
  expect(fs.readFileSync(at("private.jsonl"), "utf8")).toMatch(WORDS);
  await done("sanitize", at("private.jsonl"), "-o", at("public.jsonl"));
  const only = [
    "session/session_token_steps",
    "tool_calls/tool_call_counts",
    "trace_facts/overview_summary",
    "trace_facts/volume_over_time",
  ];
  await done("--input", at("public.jsonl"), "--out", at("out"), "--only", ...only, "--no-gallery");

  const files = fs.readdirSync(at("out"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  let figures = 0;
  for (const entry of files) {
    const bytes = fs.readFileSync(path.join(entry.parentPath, entry.name));
    expect([entry.name, WORDS.test(bytes.toString("latin1"))]).toEqual([entry.name, false]);
    if (!isPng(bytes)) continue;
    const { texts } = await readSidecar(bytes);
    expect(texts.filter(({ keyword, text }) => WORDS.test(keyword + text)).map(({ keyword }) => keyword)).toEqual([]);
    expect(texts.length).toBeGreaterThan(5);
    figures += 1;
  }
  expect(figures).toBeGreaterThan(2);
});

it("one command makes pages that may be published, and says what it removed", async () => {
  const words = ["--collect", "--sanitized", "--home", home.folder, "--out", at("shown"), "--only", "trace_facts/overview_summary"];
  const { status, stderr } = await call(...words);
  expect(status).toBe(0);
  expect(stderr).toMatch(/Sanitized 25 steps and 24 tool calls\. Removed: paths, .*inputs of tools, titles of sessions/);
  expect(stderr).toMatch(/gallery may be published;.* Keep .*collected to yourself\./);
  const files = fs.readdirSync(at("shown", "gallery"), { recursive: true, withFileTypes: true });
  // The engine for browsers has words of its own.
  const pages = files.filter((entry) => entry.isFile() && !entry.name.startsWith("duckdb-"));
  const named = pages.filter(({ parentPath, name }) => WORDS.test(fs.readFileSync(path.join(parentPath, name), "latin1")));
  expect(named.map(({ name }) => name)).toEqual([]);
  expect(fs.readFileSync(at("shown", "gallery", "index.html"), "utf8")).not.toContain("do not publish");
  expect(fs.readFileSync(at("shown", "collected", ".gitignore"), "utf8")).toBe("*\n");
});

it("without it, results are private: said, readable by their owner alone and out of repositories", async () => {
  const words = ["--collect", "--home", home.folder, "--out", at("own"), "--only", "validation/response_copies", "--no-gallery"];
  const { status, stderr } = await call(...words);
  expect(status).toBe(0);
  expect(stderr).toContain("Private: do not publish.");
  expect(JSON.parse(fs.readFileSync(at("own", "run.json"), "utf8"))).toMatchObject({ pool: { isPrivate: true }, timezone: "UTC" });
  expect(fs.readFileSync(at("own", ".gitignore"), "utf8")).toBe("*\n");
  expect([at("own", "rounds.duckdb"), at("own", "collected")].map((place) => fs.statSync(place).mode & 0o077)).toEqual([0, 0]);
});
