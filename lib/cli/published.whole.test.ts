/** From private transcripts to published figures: no word of the person is in what a PNG carries, nor in any other result. */
import fs from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { decompress } from "fzstd";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
  return records.map((record) => ({ ...record, cwd: "/home/johnq/acme-merger", gitBranch: "johnq/payroll/acmemerg" }));
}

const at = (...names: string[]) => path.join(home.root, ...names);

/** Of all files of a site, also in what is packed. */
function filesWithPrivateWords(site: string): string[] {
  const files = fs.readdirSync(site, { recursive: true, withFileTypes: true });
  // The engine for browsers has words of its own, also in the worker that holds it.
  const pages = files.filter((entry) => entry.isFile() && !/^(duckdb-|own-trace-worker)/.test(entry.name));
  return pages.map(({ parentPath, name }) => path.join(parentPath, name)).filter((file) => WORDS.test(textOf(file)));
}

/** Also of what is packed, in a file of its own or within a script. */
function textOf(file: string): string {
  const bytes = fs.readFileSync(file);
  if (file.endsWith(".gz")) return gunzipSync(bytes).toString("latin1");
  if (file.endsWith(".zst")) return Buffer.from(decompress(bytes)).toString("latin1");
  return bytes
    .toString("latin1")
    .replace(/H4sI[A-Za-z0-9+/]+=*/g, (packed) => gunzipSync(Buffer.from(packed, "base64")).toString("latin1"));
}

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

describe("publish", () => {
  const words = ["publish", "--home", home.folder, "--work", at("work"), "--only", "trace_facts/overview_summary"];

  it("makes a site without a private word, and says what it removed", async () => {
    const { status, stdout, stderr } = await call(...words, "--out", at("site"), "--base-url", "https://example.org/atlas/");
    expect({ status, stdout }).toEqual({ status: 0, stdout: `Open ${path.relative(process.cwd(), at("site", "index.html"))}\n` });
    expect(stderr).toContain("Sanitized 25 steps and 24 tool calls; the result passes the check for what is private.");
    expect(stderr).toMatch(
      /^Removed: home folders \(25\), paths of transcripts \(25\), inputs of tools \(24\), .*\bworking folders \(1\)\.$/m,
    );
    expect(stderr).toMatch(/^Replaced by pseudonyms: .*\bnames of tools \(24\), names of models \(12\), .*\.$/m);
    expect(stderr).toMatch(/^Checked \d+ files of the site: none holds a text of your history/m);
    expect(stderr).toContain(`${at("site")} may be published;`);
    expect(filesWithPrivateWords(at("site"))).toEqual([]);
    expect(fs.readFileSync(at("site", "index.html"), "utf8")).toContain('href="https://example.org/atlas/"');
    expect(await call("sanitize", "--check", at("work", "sanitized", "rounds.jsonl"))).toMatchObject({ status: 0 });
    expect(fs.statSync(at("work")).mode & 0o077).toBe(0);
  });

  it("refuses a site with a private text in a file, and names the file", async () => {
    const file = at("site", "readings", "index.html");
    fs.writeFileSync(file, fs.readFileSync(file, "latin1").replace("readings", "acmemerg"), "latin1");
    const { status, stdout, stderr } = await call(...words, "--out", at("site"), "--base-url", "https://example.org/atlas/");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain('must not be published: readings/index.html ("acmemerg")');
  });

  it("replaces its own site and nothing else", async () => {
    await done(...words, "--out", at("site"), "--coarse-times");
    expect(filesWithPrivateWords(at("site"))).toEqual([]);
    fs.mkdirSync(at("other"));
    fs.writeFileSync(at("other", "thesis.txt"), "mine");
    const { status, stderr } = await call(...words, "--out", at("other"));
    expect(status).toBe(2);
    expect(stderr).toContain("contains files that are not a gallery");
    expect(fs.readdirSync(at("other"))).toEqual(["thesis.txt"]);
  });

  it.each([
    [["--out", at("work", "..")], "which contains the results"],
    [["--base-url", "nowhere"], "nowhere"],
    [["--keep-names", at("none.txt")], "file not found"],
    [["--provider", "gemini"], "claude and codex only"],
    [["--as-published"], "Unknown option: --as-published."],
  ])("refuses %j before any work", async (more, sentence) => {
    const { status, stderr } = await call("publish", "--home", at("no-home"), "--work", at("unused"), ...more);
    expect({ status, says: stderr.includes(sentence) }).toEqual({ status: 2, says: true });
    expect(fs.existsSync(at("unused"))).toBe(false);
  });
});

it("a run of one's own history makes pages that may be published, and says what it removed", async () => {
  const words = ["--collect", "--sanitized", "--home", home.folder, "--out", at("shown"), "--only", "trace_facts/overview_summary"];
  const { status, stderr } = await call(...words);
  expect(status).toBe(0);
  expect(stderr).toMatch(/^Removed: .*inputs of tools/m);
  expect(stderr).toMatch(/gallery may be published;.* Keep .*collected to yourself\./);
  expect(filesWithPrivateWords(at("shown", "gallery"))).toEqual([]);
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
