import { describe, expect, it } from "vitest";
import type { JsonObject } from "../trace/exact-json.ts";
import { Pseudonyms } from "../trace/pseudonym.ts";
import { codexRow, privateRow } from "./fixture.ts";
import { ByteScan, checkLine } from "./gate.ts";
import { learnNames } from "./names.ts";
import { findingText, leftSentence, Problems } from "./problems.ts";
import { publishRow } from "./row.ts";
import { NameSearch } from "./spellings.ts";
import { exactClock } from "./times.ts";

const clean = publishRow(
  privateRow(),
  { pseudonyms: new Pseudonyms(Buffer.from("k")), kept: new Set(), clock: exactClock, coarse: false },
  new Problems(),
);

function findings(row: JsonObject, kept: string[] = []): string[] {
  const found = new Problems();
  checkLine(row, "row", new Set(kept), found);
  return found.list().map(({ kind, field }) => `${kind} ${field}`);
}

describe("the gate finds", () => {
  it.each<[JsonObject, string[]]>([
    [{}, []],
    [{ cwd: null }, ["key rows"]],
    [{ tools: [{ input: null }] }, ["key tools[]"]],
    [{ tools: {} }, ["form tools"]],
    [{ tools: [[]] }, ["form tools[]"]],
    [{ timing_events: [{ text: "x" }, null] }, ["key timing_events[]"]],
    [{ model: "acme" }, ["form model"]],
    [{ model: ["gpt-5.5"] }, ["form model"]],
    [{ model: "gpt-5-0123456789ab" }, []],
    [{ model: "acme-0123456789ab" }, ["form model"]],
    [{ tools: [{ tool_name: "mcp__0123456789ab__pay" }] }, ["form tools[].tool_name"]],
    [{ tools: [{ tool_name: "mcp__0123456789ab__0123456789ab" }] }, []],
    [{ tools: [{ tool_call_id: "call_AU3M6ORh28QNT14wsxxONC9T" }] }, ["form tools[].tool_call_id"]],
    [{ session_id: "acme:0123" }, ["form session_id"]],
    [{ round_id: "msg_01KASgjJXUxsigJMmk8Emece" }, ["form round_id"]],
    [{ round_index: 1.5 }, ["form round_index"]],
    [{ round_index: "1" }, ["form round_index"]],
    [{ user: "user_0123abcd", project: "project_0123abcd", session_id: "claude:0b9a1f2c-4d3e-4f5a-8b6c-7d8e9f0a1b2c" }, []],
    [{ user: "alice" }, ["form user"]],
  ])("in %j: %j", (changed, expected) => {
    expect(findings({ ...clean, ...changed })).toEqual(expected);
  });

  it("no name that is permitted", () => {
    expect(findings({ ...clean, model: "acme", tools: [{ tool_name: "mcp__acme__0123456789ab" }] }, ["acme"])).toEqual([]);
  });
});

describe("bytes", () => {
  const scan = (line: string) => {
    const found = new Problems();
    new ByteScan(new NameSearch(["max", "alice", "model", "acme-merger", "synthetic"]), new Set(["mcp__alice__x"])).check(
      Buffer.from(line),
      found,
    );
    return found.list().reduce((sum, { count }) => sum + count, 0);
  };

  it.each([
    ['{"user":"alice"}', 1],
    ['{"alice":1,"b":"\\u0061lice"}', 2],
    ['{"a":alice}', 1],
    ['{"timestamp":"2026-02-06T08:45:13Z alice"}', 1],
    ['{"a":"user_alice0123"}', 1],
    ['{"a":"acme_merger_0123456789abcdef x"}', 1],
    ['alice "{', 1],
    ['{"model":"gpt-5.1-codex-max","tool_name":"mcp__alice__x"}', 0],
    ['{"timestamp":"2026-02-06T08:45:13Z","client_version":"2.1.37 1.0.0-beta.1","user":"user_0123456789abcdef"}', 0],
    ['{"user":"synthetic_user_06","project":"synthetic_project_16"}', 0],
    ['{"user":"synthetic_user_alice","project":"synthetic_06"}', 2],
    [JSON.stringify(clean), 0],
  ])("%s: %i", (line, count) => {
    expect(scan(line)).toBe(count);
  });
});

it("names are learned from paths, accounts, unknown keys and inputs", () => {
  const names = new Set<string>();
  const input = { cmd: "git clone git@github.com:acme/payroll.git; ssh johnq@buildbox", more: [{ path: "/Users/alice/x" }] };
  const tools = [{ input }, { input: "C:\\Users\\zoe\\x" }];
  learnNames({ ...privateRow({ project: "-home-wilhelmina-atlas", tools }), git_branch: "feature/merger" }, names);
  learnNames(codexRow({ cwd: "/srv/zebrafish" }), names);
  expect([...names]).toEqual(
    expect.arrayContaining(["wilhelmina", "atlas", "merger", "acme", "payroll", "johnq", "buildbox", "alice", "zoe", "zebrafish"]),
  );
  expect(names).not.toContain("cmd");
});

it("says what is wrong in one line that steers no terminal", () => {
  const problems = new Problems();
  problems.at("in.jsonl", 3);
  for (const key of ["a\u001b[2J", "b\u202e", "b\u202e", "c", "d"]) problems.key("row", key);
  problems.form("tools", "tool_name");
  problems.name();
  expect(problems.list().map(leftSentence).slice(0, 2)).toEqual([
    "Left out 5 undocumented keys of rows (a\\u{1b}[2J, b\\u{202e}, c), first in in.jsonl:3.",
    "Left out 1 value of tools[].tool_name that does not fit the field, first in in.jsonl:3.",
  ]);
  expect(problems.list().map(findingText)).toEqual([
    "in.jsonl:3: 5 keys of rows must not be published (a\\u{1b}[2J, b\\u{202e}, c)",
    "in.jsonl:3: 1 value of tools[].tool_name must not be published",
    "in.jsonl:3: a name of a person, project or machine (1 in this file)",
  ]);
});
