/** What people and agents put into rows: no word of it may be in what is published, however it is spelled. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Scanner } from "../db/build/ingest/scan.ts";
import { isObject, type Json, type JsonObject } from "../trace/exact-json.ts";
import { Pseudonyms } from "../trace/pseudonym.ts";
import { codexRow, detailsLine, privateRow, sessionLine } from "./fixture.ts";
import type { Rules } from "./forms.ts";
import { ByteScan, checkLine } from "./gate.ts";
import { Problems } from "./problems.ts";
import { publishDetails, publishRow, publishSession } from "./row.ts";
import { NameSearch } from "./spellings.ts";
import { exactClock } from "./times.ts";

const rules: Rules = { pseudonyms: new Pseudonyms(Buffer.from("a key of tests")), kept: new Set(), clock: exactClock, coarse: false };
const WORDS = ["johnq", "acme", "merger", "payroll", "alice", "wilhelmina", "zebrafish"];
const search = new NameSearch(WORDS);
const scan = new ByteScan(search, new Set());

type Published = "row" | "sessions" | "round_details";
const SCANNERS = { row: new Scanner(), sessions: new Scanner("sessions"), round_details: new Scanner("round_details") };
type Mutation = (secret: Json) => JsonObject;

/** What becomes public of a line, as bytes; it passes the gate, and the ingest of traces knows every key of it. */
function published(line: JsonObject, kind: Published): string {
  const left = new Problems();
  const row = privateRow();
  const clean =
    kind === "row"
      ? publishRow(line, rules, left)
      : kind === "sessions"
        ? publishSession(line, rules, left)
        : publishDetails(line, row, publishRow(row, rules, left), rules, left);
  const found = new Problems();
  checkLine(clean, kind === "round_details" ? "details" : kind, new Set(), found);
  const bytes = Buffer.from(`${JSON.stringify(clean)}\n`);
  scan.check(bytes, found);
  const scanner = SCANNERS[kind];
  scanner.scan(bytes, 0, bytes.length - 1);
  expect([found.list(), scanner.unknown, scanner.conversions]).toEqual([[], [], []]);
  return bytes.toString();
}

function expectNone(text: string, secret: Json): void {
  // Texts of keys and values of the schema hold none of the words, which is what makes this a test.
  expect(search.isIn(text)).toBe(false);
  const spelled = JSON.stringify(secret).replace(/^["[{]+|["\]}]+$/g, "");
  if (spelled.length > 3) expect(text).not.toContain(spelled);
}

const tool = (extra: JsonObject): JsonObject => ({ tool_index: 0, tool_name: "Bash", tool_call_id: "toolu_1", ...extra });
const event = (extra: JsonObject): JsonObject => ({
  event_type: "tool_call",
  timestamp: "2026-02-06T08:45:20.088Z",
  source: "x",
  ...extra,
});

/** Keys that nobody documented, and documented ones. */
const ROW_KEYS = [
  ...[
    "prompt",
    "password",
    "command",
    "git_branch",
    "host_name",
    "repo",
    "machine",
    "author",
    "login",
    "ｃｗｄ",
    "__proto__",
    "constructor",
  ],
  ...["cwd", "CWD", "home", "session_file", "arguments", "output", "input", "acme_payroll"],
  ...["provider", "project", "session_id", "round_id", "turn_id", "model", "first_input_event_type", "store", "user", "trace_key"],
  ...["round_index", "input_tokens_total", "output_tokens", "tools", "timing_events"],
];
const TOOL_KEYS = [
  ...["input", "Input", "arguments", "output", "sub", "result", "_assistant_uuid"],
  ...["tool_name", "tool_call_id", "emitted_at", "result_at", "is_error", "input_chars", "tool_index", "tool_wall_latency_ms"],
];
const EVENT_KEYS = ["text", "event_type", "source", "timestamp", "tool_call_id", "tool_name", "is_error", "content_chars", "tool_index"];
const SESSION_KEYS = [
  ...["git_branch", "cwd", "host", "title", "byte_count", "record_count", "provider", "session_id", "transcript_id", "project", "user"],
  ...["store", "client_version", "originator", "relation", "parent_session_id", "parent_tool_call_id", "compaction_count"],
  ...["compaction_times", "first_at", "last_at", "cwd_pseudonym", "git_branch_pseudonym", "round_count"],
];
const DETAIL_KEYS = [
  ...["title", "trace_key", "transcript_id", "response_id", "request_id", "service_tier", "speed", "output_is_placeholder"],
  ...["cache_write_5m_tokens", "is_first_holder", "first_holder_session_id"],
];

/** An own property, whatever it is called. */
const withKey = (object: JsonObject, key: string, value: Json): JsonObject =>
  Object.defineProperty({ ...object }, key, { value, enumerable: true, configurable: true, writable: true });

const FIELDS: readonly [string, Published, Mutation][] = [
  ...ROW_KEYS.map((key): [string, Published, Mutation] => [key, "row", (secret) => withKey(privateRow(), key, secret)]),
  ...["turn_id", "round_id", "session_id", "cwd"].map((key): [string, Published, Mutation] => [
    `${key} of Codex`,
    "row",
    (secret) => withKey(codexRow(), key, secret),
  ]),
  ...TOOL_KEYS.map((key): [string, Published, Mutation] => [
    `tools[].${key}`,
    "row",
    (s) => privateRow({ tools: [withKey(tool({}), key, s)] }),
  ]),
  ...EVENT_KEYS.map((key): [string, Published, Mutation] => [
    `timing_events[].${key}`,
    "row",
    (secret) => privateRow({ timing_events: [withKey(event({}), key, secret)] }),
  ]),
  ...SESSION_KEYS.map((key): [string, Published, Mutation] => [key, "sessions", (secret) => withKey(sessionLine(), key, secret)]),
  ...DETAIL_KEYS.map((key): [string, Published, Mutation] => [key, "round_details", (secret) => withKey(detailsLine(), key, secret)]),
];

const SHAPES: readonly [string, (secret: string) => Json][] = [
  ["a text", (secret) => secret],
  ["an object", (secret) => ({ name: secret })],
  ["a key", (secret) => ({ [secret]: 1 })],
  ["a list", (secret) => [secret]],
  ["a list of lists", (secret) => [[{ input: secret, tool_name: secret }]]],
  [
    "a list of objects",
    (secret) => [{ input: secret, sub: { input: secret }, tool_name: secret, event_type: secret, tool_call_id: [secret] }],
  ],
];

const base64 = (text: string) => Buffer.from(text).toString("base64");
const SPELLINGS: readonly string[] = [
  ...["johnq", "JohnQ", "ａｃｍｅ", "асmе", "al\u200bice", "alicedb", "a-l-i-c-e", "mergér", "%61lice", "\\u0061lice", "&#97;lice"],
  ...[base64("alice"), base64("xpayroll"), base64("xxpayroll"), "-home-johnq-acme-merger", "vllm/acme-merger-ft"],
  ...["mcp__acme-payroll-db__query", "mcp__johnq__x", "mcp_acme", "functions.acme", "claude-opus-4-6-acme", "gpt-5-acme", "claude:acme"],
  ...[
    "acme/merger/plan.md",
    "%2Fhome%2Fjohnq",
    "⁄home⁄johnq",
    "github.com/acme/payroll",
    "johnq@buildhost",
    "alice@bücher.example",
    "acme:12",
  ],
  ...["the_merger_of_acme_is_secret", "acme\u001b[31m", "\u202eecila acme", "user_acme", "project_payroll00", "call_johnqacmemerger1"],
  ...[
    "acme_0123456789abcdef",
    "version_acme",
    "1.0.0-acme",
    "2026-02-06T08:45:20Z acme",
    "claude:alice:0123456789abcdef",
    "synthetic_user_acme",
  ],
];

/** They hold none of the words, and nothing of them may be left either. */
const SECRETS: readonly string[] = [
  ...[
    "10.20.30.40",
    "arn:aws:iam::123456789012:role/x",
    "x:5551234567",
    "4111111111111111",
    "слияние компаний",
    "合併計画",
    "xapp-1-A0B1C2",
  ],
  ...["sk-abcdefghijklmnop", "AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGhIjKlM", "2026-13-45T99:99:99Z", "1999999999-01-01T00:00:00Z"],
];

describe.each(FIELDS)("%s of a %s", (_, kind, mutate) => {
  it.each(SHAPES)("as %s shows no word", (shapeName, shape) => {
    // What is not text is left out whatever words it holds, so a few are enough.
    for (const spelling of shapeName === "a text" ? [...SPELLINGS, ...SECRETS] : ["johnq", "acme", "10.20.30.40"]) {
      const secret = shape(spelling);
      expectNone(published(mutate(secret), kind), secret);
    }
  });

  it("as a value that is not text leaves nothing", () => {
    for (const value of [[], {}, 4111111111111111, 1e300, true, { toString: "acme" }, [[[[["acme"]]]]]]) {
      const text = published(mutate(value), kind);
      expect(search.isIn(text)).toBe(false);
      expect(text).not.toMatch(/4111111111111111|e\+300|\{\}|toString/);
    }
  });
});

/** Every place of a value, as a function that puts another one there. */
function places(value: Json, put: (changed: Json) => JsonObject): ((secret: Json) => JsonObject)[] {
  if (Array.isArray(value)) return [put, ...value.flatMap((each, i) => places(each, (changed) => put(value.with(i, changed))))];
  if (!isObject(value)) return [put];
  return [put, ...Object.keys(value).flatMap((key) => places(value[key] ?? null, (changed) => put({ ...value, [key]: changed })))];
}

describe("random JSON in random places", () => {
  const row = (changed: Json) => (isObject(changed) ? changed : { tools: changed });
  const targets: [Published, (secret: Json) => JsonObject][] = [
    ...[privateRow(), codexRow()].flatMap((each) => places(each, row)).map((place): [Published, Mutation] => ["row", place]),
    ...places(sessionLine(), row).map((place): [Published, Mutation] => ["sessions", place]),
    ...places(detailsLine(), row).map((place): [Published, Mutation] => ["round_details", place]),
  ];
  const text = fc.oneof(
    fc.constantFrom(...SPELLINGS),
    fc.string().map((around) => `${around}acme${around}`),
  );
  const key = fc.constantFrom(...ROW_KEYS, ...TOOL_KEYS, ...EVENT_KEYS, ...SPELLINGS);
  const { json } = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { depthSize: "small" },
      text,
      fc.constantFrom<Json>(null, true, 7, -1.5, 1e300),
      fc.array(tie("json"), { maxLength: 3 }),
      fc.dictionary(key, tie("json"), { maxKeys: 4 }),
    ),
  }));

  it("never shows a word, and what is published is a row", () => {
    fc.assert(
      fc.property(fc.constantFrom(...targets), json, ([kind, place], value) => {
        const line: JsonObject = JSON.parse(JSON.stringify(place(value)));
        expect(search.isIn(published(line, kind))).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});
