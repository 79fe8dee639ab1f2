import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Json, type JsonObject, LongString, RawNumber } from "../trace/exact-json.ts";
import { Pseudonyms } from "../trace/pseudonym.ts";
import { codexRow, privateRow } from "./fixture.ts";
import { type FindingKind, Gate, MEANING, scan } from "./gate.ts";
import { sanitizeRow } from "./row.ts";

const pseudonyms = new Pseudonyms(Buffer.from("a key of tests"));
const clean = sanitizeRow(privateRow(), pseudonyms);
const kindsOf = (value: string, field = "tool_name") => [...new Set(scan({ [field]: value }).map(({ kind }) => kind))];

/** Made-up secrets of every kind, built so that no scanner of this repository takes them for real ones. */
const SECRETS: readonly (readonly [FindingKind, string])[] = [
  ["path", "/home/wilhelmina/atlas"],
  ["path", "/tmp"],
  ["path", "cat /etc/passwd"],
  ["path", "cd ~/atlas"],
  ["path", "~wilhelmina/atlas"],
  ["path", "C:\\Users\\wilhelmina"],
  ["path", "d:/projects/x"],
  ["path", "\\\\server\\share\\x"],
  ["path", "$HOME/x"],
  ["path", "%USERPROFILE%"],
  ["path", "-home-wilhelmina-atlas"],
  ["path", "C--Users-wilhelmina"],
  ["url", "https://example.org/wilhelmina"],
  ["url", "file:///etc"],
  ["email", "wilhelmina@example.org"],
  ["email", "git@host.example.com:repo"],
  ["token", `sk-${"a1".repeat(12)}`],
  ["token", `sk-ant-api03-${"Xy9_".repeat(8)}`],
  ["token", `ghp_${"a1B2".repeat(9)}`],
  ["token", `gho_${"a1B2".repeat(9)}`],
  ["token", `github_pat_${"a1B2_".repeat(9)}`],
  ["token", `AKIA${"ABCD1234".repeat(2)}`],
  ["token", `xoxb-${"123-abc".repeat(3)}`],
  ["token", `AIza${"aB3-_".repeat(7)}`],
  ["token", `eyJ${"hbGci0".repeat(3)}.eyJ${"zdWIi0".repeat(3)}.${"sig_".repeat(5)}`],
  ["token", `Bearer ${"abc123".repeat(3)}`],
  ["token", `glpat-${"a1B2-".repeat(4)}`],
  ["token", `npm_${"a1B2".repeat(9)}`],
  ["token", `hf_${"aBcD".repeat(9)}`],
  ["private-key", "-----BEGIN OPENSSH PRIVATE KEY-----"],
  ["private-key", "-----BEGIN PRIVATE KEY-----"],
  ["random-string", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
  ["random-string", "wJalrXUtnFEMIK7MDENGbPxRfiCY3zEXAMPLEKEY9q"],
  ["provider-id", "toolu_01GYKyxr6jCse4kFZB69NV6K"],
  ["provider-id", "req_011CTYKyxr6jCse4kFZB69NV6K"],
  ["text", "please fix the login of our customer"],
  ["text", "one\ntwo"],
  ["text", "-".repeat(301)],
];

describe("values", () => {
  it.each(SECRETS)("%s: %s", (kind, secret) => {
    expect(kindsOf(secret)).toContain(kind);
  });

  it.each([
    ["claude-opus-4-5-20251101"],
    ["claude-sonnet-4@20250514"],
    ["us.anthropic.claude-sonnet-4-20250514-v1:0"],
    ["gpt-5.3-codex"],
    ["gpt-5.1-codex-max"],
    ["openai/gpt-5.5"],
    ["<synthetic>"],
    ["mcp__plugin_context7_context7__resolve-library-id"],
    ["mcp__claude_ai_Google_Calendar__gcal_find_my_free_time_v2"],
    ["mcp__0b9a1f2c-4d3e-4f5a-8b6c-7d8e9f0a1b2c__search"],
    ["mcp__sk-learn-documentation__search"],
    ["mcp__task-master-ai__get_tasks"],
    ["functions.exec_command"],
    ["response_item.custom_tool_call_output"],
    ["user.content.tool_result"],
    ["2026-02-06T08:45:13.472Z"],
    ["2026-02-06T08:45:13.472Z 2026-02-06T09:45:13.472Z 2026-02-06T10:45:13.472Z"],
    ["2.1.12 2.1.22 2.1.23 2.1.33 2.1.34 2.1.37 2.1.38"],
    ["Codex Desktop"],
    ["and/or"],
    [".claude"],
    ["request_user_input"],
    ["AskUserQuestion"],
    [""],
  ])("nothing in %s", (value) => {
    expect(kindsOf(value)).toEqual([]);
  });

  it.each<[string, Json]>([
    ["numbers", new RawNumber("1.0")],
    ["null", null],
    ["booleans", true],
    ["empty lists", []],
  ])("nothing in %s", (_, value) => {
    expect(scan({ a: value })).toEqual([]);
  });

  it("takes a string too long to be kept for text", () => {
    expect(scan({ a: new LongString(5_000_000, 5_000_002) })).toEqual([{ path: "a", kind: "text" }]);
  });
});

describe("keys", () => {
  it.each<[string, JsonObject, string[]]>([
    ["sensitive keys", { cwd: null, a: { "Repo-URL": 1, b: [{ x_path: "" }] } }, ["cwd", "a.Repo-URL", "a.b[0].x_path"]],
    ["inputs of tools, even null", { tools: [{ tool_index: 0 }, { input: null }] }, ["tools[1].input"]],
    ["not other inputs", { input: "x", a: [{ input: 1 }] }, []],
    ["not users", { user: "user_0123456789abcdef", username: { a: 1 } }, []],
    ["keys that are private themselves", { "/home/wilhelmina": 1, a: { "w@example.org": [] } }, ["?", "a.?"]],
    ["lists in lists", { a: [[], [1, "/x/y"]] }, ["a[1][1]"]],
  ])("%s", (_, row, paths) => {
    expect(scan(row).map(({ path }) => path)).toEqual(paths);
  });
});

describe("names", () => {
  it.each<[string, string, string, boolean]>([
    ["tool_name", "mcp__wilhelmina__search", "wilhelmina", true],
    ["tool_name", "mcp__Wilhelmina-notes__search", "wilhelmina", true],
    ["tool_name", "mcp__wilhelminas__search", "wilhelmina", false],
    ["tool_name", "Read", "read", false],
    ["source", "user.message", "user", false],
    ["source", "something.user", "ser", false],
    ["model", "gpt-5.1-codex-max", "max", false],
    ["model", "gpt-5.1-wilhelmina", "wilhelmina", true],
    ["tool_name", "mcp__max__search", "max", true],
    ["session_id", "claude:dead0000-cafe-beef-face-000000000000", "cafe", false],
    ["user", "cafe", "cafe", false],
  ])("%s %s and %s: %j", (field, value, name, isFound) => {
    expect(scan({ [field]: value }, [name])).toEqual(isFound ? [{ path: field, kind: "name" }] : []);
  });

  it("are found in rows that came before them", () => {
    const gate = new Gate();
    gate.add({ tools: [{ tool_name: "Bash" }, { tool_name: "mcp__wilhelmina__x" }] }, "rounds.jsonl", 3);
    gate.add({ tools: [{ tool_name: "mcp__wilhelmina__x" }] }, "rounds.jsonl", 4);
    expect(gate.findings(new Set(["wilhelmina"]))).toEqual([{ file: "rounds.jsonl", line: 3, path: "tools[1].tool_name", kind: "name" }]);
  });
});

describe("reviewed fields", () => {
  const row: JsonObject = { cwd: "/x", tools: [{ tool_name: "mcp__wilhelmina__/x/y" }], model: "/x/y" };

  it.each([
    [[], ["cwd", "tools[0].tool_name", "model", "tools[0].tool_name"]],
    [["tools[].tool_name"], ["cwd", "model"]],
    [["tools[3].tool_name"], ["cwd", "model"]],
    [
      ["cwd", "model"],
      ["cwd", "tools[0].tool_name", "tools[0].tool_name"],
    ],
  ])("%j", (allowed, paths) => {
    const gate = new Gate(allowed);
    gate.add({ ...row, tools: [{ tool_name: "mcp__wilhelmina__ /x/y" }] }, "f", 1);
    expect(gate.findings(new Set(["wilhelmina"])).map(({ path }) => path)).toEqual(paths);
  });
});

it("counts what it does not keep", () => {
  const gate = new Gate();
  for (let line = 1; line <= 10_005; line++) gate.add({ cwd: "" }, "f", line);
  expect([gate.findings(new Set()).length, gate.omitted]).toEqual([10_000, 5]);
});

/** Every place of a row that holds a string, as a function that puts another one there. */
function places(value: Json, put: (changed: Json) => JsonObject): ((secret: string) => JsonObject)[] {
  if (typeof value === "string") return [put];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each, i) => places(each, (changed) => put(value.with(i, changed))));
  return Object.entries(value as JsonObject).flatMap(([key, each]) =>
    places(each, (changed) => put({ ...(value as JsonObject), [key]: changed })),
  );
}

describe("a secret in a row", () => {
  const all = [clean, sanitizeRow(codexRow(), pseudonyms)].flatMap((row) => places(row, (changed) => changed as JsonObject));

  // But for hexadecimal digits, which are what pseudonyms of ids look like.
  it("is found wherever a string is, and never shown", () => {
    expect(all.length).toBeGreaterThan(25);
    fc.assert(
      fc.property(
        fc.constantFrom(...all),
        fc.constantFrom(...SECRETS.filter(([, secret]) => !/^[0-9a-f]+$/.test(secret))),
        fc.constantFrom("", "x ", "'"),
        (place, [kind, secret], before) => {
          const findings = scan(place(before === "" || /^C--/.test(secret) ? secret : before + secret));
          expect(findings.map((finding) => finding.kind)).toContain(kind);
          for (const finding of findings) expect(`${finding.path} ${MEANING[finding.kind]}`).not.toContain(secret);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("is found when random", () => {
    const random = fc.stringMatching(/^[0-9a-f]{40,64}$/).filter((text) => /(\d[a-f].*){8}/.test(text));
    fc.assert(
      fc.property(random, (secret) => {
        expect(kindsOf(secret)).toContain("random-string");
      }),
    );
  });
});

it("is quiet about what the sanitizer writes", () => {
  const word = fc.oneof(fc.uuid(), fc.string(), fc.stringMatching(/^[A-Za-z0-9_]{1,80}$/));
  fc.assert(
    fc.property(word, word, word, (session, round, call) => {
      const row = {
        ...privateRow({ session_id: session, round_id: round }),
        tools: [{ tool_call_id: call }],
        user: session,
        project: round,
      };
      expect(
        scan(
          sanitizeRow(row, pseudonyms),
          [session, "wilhelmina"].filter((name) => /^[a-z]{9,}$/.test(name)),
        ),
      ).toEqual([]);
    }),
  );
});
