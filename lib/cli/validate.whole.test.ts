import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { main } from "./main.ts";

const AUDIT = "user_turn_response_audit";
let folder: string;
let printed: string[];
let said: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "validate-"));
  printed = [];
  said = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => printed.push(String(text).trimEnd()) > 0);
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(folder, { recursive: true, force: true });
});

const row = (more: object = {}) => ({
  provider: "claude",
  session_id: "claude:0123456789abcdef0123456789abcdef",
  round_index: 0,
  timing_events: [
    { event_type: "user_message", timestamp: "2026-01-01T00:00:00.000Z" },
    { event_type: "text", timestamp: "2026-01-01T00:00:05.000Z" },
  ],
  tools: [],
  ...more,
});

async function validate(rows: readonly object[], ...words: string[]) {
  const trace = path.join(folder, "trace.jsonl");
  fs.writeFileSync(trace, rows.map((each) => `${JSON.stringify(each)}\n`).join(""));
  return { status: await main(["validate", "--input", trace, "--out", path.join(folder, "out"), ...words]), printed };
}

describe("validate", () => {
  it("prints a line per check, writes the reports, and exits with 0 when all holds", async () => {
    const { status } = await validate([row()], "--only", AUDIT);
    expect(status).toBe(0);
    expect(printed).toHaveLength(7);
    expect(printed[0]).toMatch(/^passed +user_turn_response_audit\/triggers_become_requests +0 of 1 {2}Every step/);
    expect(fs.existsSync(path.join(folder, "out", "validation", AUDIT, "result_analysis.md"))).toBe(true);
    expect(JSON.parse(fs.readFileSync(path.join(folder, "out", "run.json"), "utf8")).experiments).toMatchObject([{ state: "done" }]);
  });

  it("exits with 0 on warnings, and when nothing is private", async () => {
    const { status } = await validate([row({ session_id: null })], "--only", AUDIT, "--sanitized");
    expect(status).toBe(0);
    expect(printed.find((line) => line.includes("messages_have_a_session"))).toMatch(/^warning .* 1 of 1 /);
    expect(printed.at(-1)).toMatch(/^passed +privacy_gate\/nothing_private +0 of 1 /);
  });

  it("exits with 1 on a violation, also when it writes JSON", async () => {
    const { status } = await validate([row({ output_tokens: -5 })], "--only", "integrity", "--json");
    expect(status).toBe(1);
    const { passed, audits } = JSON.parse(printed.join("\n"));
    expect([passed, audits[0].passed]).toEqual([false, false]);
    expect(audits[0].checks).toContainEqual(expect.objectContaining({ name: "tokens_not_negative", state: "violation", count: 1 }));
  });

  it("fails on what is private in a trace that should be sanitized", async () => {
    const { status } = await validate([row(), row({ project: "/home/someone/secret" })], "--only", "response_copies", "--sanitized");
    expect(status).toBe(1);
    expect(printed.at(-1)).toMatch(/^VIOLATION +privacy_gate\/nothing_private +1 of 2 .*trace\.jsonl:2: 1 value of project/);
  });
});

describe("a wrong call", () => {
  it.each([
    ["names neither trace nor database", [], "name a trace with --input"],
    ["names no audit", ["--only", "nope"], "--only nope"],
    ["looks for private values in a database", ["--db", "x.duckdb", "--sanitized"], "name it with --input"],
    ["reads standard input twice", ["--input", "-", "--sanitized"], "save it to a file"],
    ["keeps names of nothing", ["--input", "x.jsonl", "--keep-names", "names.txt"], "--keep-names does nothing without --sanitized"],
    ["names a missing database", ["--db", "none.duckdb"], "No database at none.duckdb"],
  ])("%s", async (_, words, message) => {
    expect([await main(["validate", ...words]), said]).toEqual([2, expect.stringContaining(message)]);
  });
});

it("lists the audits", async () => {
  expect(await main(["validate", "--list"])).toBe(0);
  expect(printed.map((line) => line.split(" ")[0])).toEqual(expect.arrayContaining([AUDIT, "user_turn_gap_audit", "e2e_formula_check"]));
});
