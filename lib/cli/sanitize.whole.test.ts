import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { concat, textOf } from "../files/bytes.ts";
import { sanitizeDropped } from "../sanitize/dropped.ts";
import { codexRow, privateRow } from "../sanitize/fixture.ts";
import { hasShared, project, shared } from "../testing/paths.ts";
import type { JsonObject } from "../trace/exact-json.ts";
import { main } from "./main.ts";

let folder: string;
let said: string[];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "sanitize-test-"));
  said = [];
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said.push(String(text));
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(folder, { recursive: true });
});

const at = (name: string) => path.join(folder, name);
const read = (name: string) => fs.readFileSync(at(name), "utf8");
const linesOf = (rows: readonly JsonObject[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const write = (name: string, content: string | Uint8Array) => {
  fs.writeFileSync(at(name), content);
  return at(name);
};
const run = (...words: string[]) => main(["sanitize", ...words]);
const withKey = (...words: string[]) => run(...words, "--key-file", at("key"));
const parsed = (name: string) =>
  read(name)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as JsonObject);

describe("sanitize", () => {
  it("writes a file that passes its own check", async () => {
    const input = write("in.jsonl", linesOf([privateRow(), codexRow()]));
    expect(await withKey(input, "-o", at("out.jsonl"))).toBe(0);
    expect(said.at(-1)).toBe(`2 rows, 2 tools -> ${at("out.jsonl")}\n`);
    expect(await run("--check", at("out.jsonl"))).toBe(0);
    expect(await run("--check", input)).toBe(1);
    expect(parsed("out.jsonl").map((row) => row.provider)).toEqual(["claude", "codex"]);
    expect(fs.readdirSync(folder).sort()).toEqual(["in.jsonl", "key", "out.jsonl"]);
    expect(fs.statSync(at("key")).mode & 0o777).toBe(0o600);
  });

  it("takes the bundled sample, and writes what a page in the browser saves of it", async () => {
    const rows = gunzipSync(fs.readFileSync(project("data", "sample.jsonl.gz")))
      .toString()
      .split("\n", 200);
    const input = write("sample.jsonl", `${rows.join("\n")}\n`);
    expect(await withKey(input, "-o", at("out.jsonl"))).toBe(0);
    const { lines } = await sanitizeDropped(fs.createReadStream(input), { key: Buffer.from(read("key"), "hex") });
    expect(textOf(concat(lines ?? []))).toBe(read("out.jsonl"));
  });

  it("gives the same bytes for the same key, and others for a new one", async () => {
    const input = write("in.jsonl", linesOf([privateRow()]));
    for (const name of ["a.jsonl", "b.jsonl"]) await withKey(input, "-o", at(name));
    await run(input, "-o", at("c.jsonl"));
    expect(read("a.jsonl")).toBe(read("b.jsonl"));
    expect(read("a.jsonl")).not.toBe(read("c.jsonl"));
    expect(said.join("")).toContain("these pseudonyms match those of no other run");
  });

  it("reads and writes packed files, and passes over blank lines", async () => {
    const text = linesOf([privateRow(), codexRow()]);
    await withKey(write("plain.jsonl", text), "-o", at("plain.out.jsonl"));
    await withKey(write("packed.jsonl.gz", gzipSync(text)), "-o", at("packed.out.jsonl.gz"));
    await withKey(write("blank.jsonl", `\ufeff\n${text.replace("\n", "\r\n  \n\n")}\n\n`), "-o", at("blank.out.jsonl"));
    expect(gunzipSync(fs.readFileSync(at("packed.out.jsonl.gz"))).toString()).toBe(read("plain.out.jsonl"));
    expect(read("blank.out.jsonl")).toBe(read("plain.out.jsonl"));
  });

  it.each([
    ["no JSON", '{"a":1}\n\n{"a":\n', "in.jsonl:3 is not a JSON object"],
    ["no object", '[{"a":1}]\n', "in.jsonl:1 is not a JSON object"],
    ["a number", '{"a":1}\n7', "in.jsonl:2 is not a JSON object"],
    [
      "millions of values",
      `{"a":["[,","\\"",${"[],".repeat(1_500_000)}1${",1".repeat(1_000_000)}]}`,
      "in.jsonl:1 has more than 3,000,000 values",
    ],
  ])("stops at %s and leaves nothing", async (_, text, message) => {
    expect(await withKey(write("in.jsonl", text), "-o", at("out.jsonl"))).toBe(1);
    expect(said.join("")).toContain(message);
    expect(fs.readdirSync(folder).sort()).toEqual(["in.jsonl", "key"]);
  });

  it("says in a line per kind what it leaves out, and shows no value", async () => {
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`acme ${i}`, "payroll"]));
    const input = write("in.jsonl", linesOf([privateRow(many), privateRow({ input_tokens_total: "payroll" })]));
    expect(await withKey(input, "-o", at("out.jsonl"))).toBe(0);
    expect(said.filter((line) => line.startsWith("Left out"))).toEqual([
      `Left out 2,000 undocumented keys of rows (acme 0, acme 1, acme 2), first in ${input}:1.\n`,
      `Left out 1 value of input_tokens_total that does not fit the field, first in ${input}:2.\n`,
    ]);
    for (const text of [said.join(""), read("out.jsonl")]) expect(text).not.toContain("payroll");
  });

  it("says what a published trace still shows", async () => {
    const input = write("in.jsonl", linesOf([privateRow()]));
    await withKey(input, "-o", at("out.jsonl"));
    expect(said.join("")).toContain("The result still shows exact times, durations");
    await withKey(input, "-o", at("coarse.jsonl"), "--coarse-times");
    expect(said.join("")).toContain("The result still shows moved times in seconds, durations");
    expect(read("coarse.jsonl")).not.toMatch(/\.\d{3}Z/);
    expect(await run("--check", at("coarse.jsonl"))).toBe(0);
  });

  it("keeps the names that a file permits", async () => {
    const input = write("in.jsonl", linesOf([privateRow({ model: "acme-large", tools: [{ tool_name: "mcp__docs__search" }] })]));
    const names = write("names.txt", "# reviewed\n\nacme-large\r\n  mcp__docs__search  \n");
    expect(await withKey(input, "-o", at("out.jsonl"))).toBe(0);
    expect(read("out.jsonl")).not.toMatch(/acme|docs|search/);
    expect(await withKey("--keep-names", names, input, "-o", at("out.jsonl"))).toBe(0);
    expect(parsed("out.jsonl")).toMatchObject([{ model: "acme-large", tools: [{ tool_name: "mcp__docs__search" }] }]);
    expect(await run("--check", at("out.jsonl"))).toBe(1);
    expect(await run("--check", "--keep-names", names, at("out.jsonl"))).toBe(0);
  });

  it("checks a private trace and names its fields", async () => {
    const input = write("in.jsonl", linesOf([privateRow(), privateRow({ model: "someone@example.org" })]));
    expect(await run("--check", input)).toBe(1);
    expect(said).toContain(`${input}:2: 1 value of model must not be published.\n`);
    expect(said).toContain(`${input}:1: 4 keys of rows must not be published (session_file, home).\n`);
    for (const value of ["someone", "wilhelmina"]) expect(said.join("")).not.toContain(value);
  });

  it("learns the names that the collector has seen", async () => {
    const input = write("in.jsonl", linesOf([privateRow()]));
    write("in.names.txt", "feature/zebrafish\nbuildbox\n");
    expect(await withKey(input, "-o", at("out.jsonl"))).toBe(0);
    expect(fs.existsSync(at("out.names.txt"))).toBe(false);
    fs.renameSync(at("in.names.txt"), at("out.names.txt"));
    write("out.jsonl", read("out.jsonl").replace("claude-opus-4-6", "opus-zebraFish"));
    expect(await run("--check", at("out.jsonl"))).toBe(1);
    expect(said).toContain(`${at("out.jsonl")}:1: a name of a person, project or machine (1 in this file).\n`);
  });

  it.each<[string, string[], string]>([
    ["no trace", [], '"sanitize <trace>" takes more words: 0 of 1'],
    ["two traces", ["in.jsonl", "in.jsonl"], "is one word too many"],
    ["a missing trace", ["missing.jsonl"], "missing.jsonl was not found. Check the path"],
    ["a folder", ["."], "is a folder"],
    ["the input as output", ["in.jsonl", "-o", "in.jsonl"], "would replace"],
    ["companions of the input as output", ["in.jsonl", "-o", "in.jsonl.gz"], "would replace"],
    ["a folder as output", ["in.jsonl", "-o", "."], "is not a plain file"],
    ["a device as output", ["in.jsonl", "-o", "/dev/null"], "is not a plain file"],
    ["zstd", ["in.jsonl", "-o", "out.jsonl.zst"], "can't be packed with zstd"],
    ["a check with output", ["--check", "in.jsonl", "-o", "out.jsonl"], "--check writes nothing"],
    ["names that are not there", ["in.jsonl", "--keep-names", "missing.txt"], "one name per line"],
    ["an unknown flag", ["in.jsonl", "--seed", "1"], "Unknown option: --seed"],
  ])("refuses %s", async (_, words, message) => {
    write("in.jsonl", linesOf([privateRow()]));
    write("in.details.jsonl", "");
    const here = words.map((word) => (/^(in|out|missing)\.|^\.$/.test(word) ? at(word) : word));
    expect(await run(...here)).toBe(2);
    expect(said.join("")).toContain(message);
  });
});

describe("files next to a trace", () => {
  const details = (row: JsonObject) => ({ trace_key: row.trace_key as string, first_holder_session_id: row.session_id as string });
  const session = (row: JsonObject) => ({ provider: row.provider as string, session_id: row.session_id as string, user: "wilhelmina" });
  const rows = [privateRow(), codexRow()];

  it("get the same pseudonyms", async () => {
    write("in.details.jsonl", linesOf(rows.map(details)));
    write("in.sessions.jsonl", linesOf(rows.map(session)));
    expect(await withKey(write("in.jsonl", linesOf(rows)), "-o", at("out.jsonl"))).toBe(0);
    const out = parsed("out.jsonl");
    expect(parsed("out.details.jsonl")).toEqual(out.map(details));
    expect(parsed("out.sessions.jsonl")).toEqual(out.map((row) => ({ ...session(row), user: row.user })));
    expect(await run("--check", at("out.jsonl"))).toBe(0);
  });

  it.each([
    ["too few", [details(privateRow())], "ends before"],
    ["too many", [...rows, privateRow()].map(details), "more lines than"],
    ["others", [...rows].reverse().map(details), "different trace keys"],
  ])("must belong to it: %s", async (_, lines, message) => {
    write("in.details.jsonl", linesOf(lines));
    expect(await withKey(write("in.jsonl", linesOf(rows)), "-o", at("out.jsonl"))).toBe(1);
    expect(said.join("")).toContain(message);
    expect(fs.readdirSync(folder).sort()).toEqual(["in.details.jsonl", "in.jsonl", "key"]);
  });

  it("are built from the schema and checked", async () => {
    write("in.sessions.jsonl", linesOf([{ ...session(privateRow()), title: "x", speed: "/x/y", byte_count: 7, cwd: "/x" }]));
    expect(await withKey(write("in.jsonl", linesOf(rows)), "-o", at("out.jsonl"))).toBe(0);
    expect(Object.keys(parsed("out.sessions.jsonl")[0] ?? {})).toEqual(["provider", "session_id", "user"]);
    write("out.sessions.jsonl", linesOf([{ cwd: "/x" }]));
    expect(await run("--check", at("out.jsonl"))).toBe(1);
  });

  it("of an earlier output go with it", async () => {
    write("out.details.jsonl", "{}\n");
    expect(await withKey(write("in.jsonl", linesOf(rows)), "-o", at("out.jsonl"))).toBe(0);
    expect(fs.existsSync(at("out.details.jsonl"))).toBe(false);
    expect(said.join("")).toContain(`Removed ${at("out.details.jsonl")}`);
  });
});

describe("standard input and output", () => {
  const program = (input: string, ...words: string[]) => {
    return spawnSync(process.execPath, ["--import", "tsx", project("run-all.ts"), "sanitize", ...words], {
      input,
      cwd: project("."),
      env: { ...process.env, TMPDIR: folder },
      encoding: "utf8",
    });
  };

  it("carry the rows", async () => {
    const text = linesOf([privateRow(), codexRow()]);
    await withKey(write("in.jsonl", text), "-o", at("out.jsonl"));
    const { stdout, stderr, status } = program(text, "-", "--key-file", at("key"));
    expect([status, stdout]).toEqual([0, read("out.jsonl")]);
    expect(stderr).toContain("2 rows, 2 tools -> standard output");
  });

  it("carry nothing when the last row cannot be read", () => {
    const { stdout, stderr, status } = program(`${linesOf([privateRow()])}{`, "-", "--key-file", at("key"));
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("-:2 is not a JSON object");
    expect(fs.readdirSync(folder).filter((name) => name.endsWith(".jsonl"))).toEqual([]);
  });
});

describe.skipIf(!hasShared)("real rows", () => {
  it("pass", async () => {
    expect(await withKey(shared("transcripts", "expected_rounds.jsonl"), "-o", at("out.jsonl"))).toBe(0);
    expect(said.at(-1)).toBe(`530 rows, 726 tools -> ${at("out.jsonl")}\n`);
    expect(await run("--check", at("out.jsonl"))).toBe(0);
  });
});
