import fs from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasShared, project, shared } from "../testing/paths.ts";
import type { Json, JsonObject } from "../trace/exact-json.ts";
import { Pseudonyms } from "../trace/pseudonym.ts";
import { codexRow, privateRow } from "./fixture.ts";
import { scan } from "./gate.ts";
import { sanitizeRow } from "./row.ts";

const key = Buffer.from("a key of tests");
const sanitize = (row: JsonObject) => sanitizeRow(row, new Pseudonyms(key));

describe("a sanitized row", () => {
  it("keeps all but what is private, in order", () => {
    const row = privateRow();
    const clean = sanitize(row);
    const dropped = ["session_file", "home"];
    expect(Object.keys(clean)).toEqual(Object.keys(row).filter((name) => !dropped.includes(name)));
    expect(Object.keys((clean.tools as JsonObject[])[0] as JsonObject)).toEqual(
      Object.keys((row.tools as JsonObject[])[0] as JsonObject).filter((name) => name !== "input"),
    );
    const text = JSON.stringify(clean);
    for (const secret of ["wilhelmina", "atlas", "127e9cd1", "01KASgj", "01Gm8q5", "ghp_"]) expect(text).not.toContain(secret);
    expect(clean).toMatchObject({ model: "claude-opus-4-6", input_tokens_total: 56443, store: ".claude", reasoning_output_tokens: null });
    expect(clean.tools).toMatchObject([{ tool_name: "Edit", input_chars: 939, emitted_at: "2026-02-06T08:45:20.088Z" }]);
  });

  it("has pseudonyms that fit together", () => {
    const claude = sanitize(privateRow());
    expect(claude.trace_key).toBe(`claude:${claude.session_id}:${claude.round_id}`);
    expect((claude.tools as JsonObject[])[0]?.tool_call_id).toBe((claude.timing_events as JsonObject[])[1]?.tool_call_id);
    const codex = sanitize(codexRow());
    expect(codex.round_id).toBe(`${codex.turn_id}:3`);
    expect(codex.trace_key).toBe(`codex:${codex.session_id}:${codex.round_id}`);
    expect(codex.user).toBe(claude.user);
    expect(codex.user).toMatch(/^user_[0-9a-f]{16}$/);
    expect(claude.project).toMatch(/^project_[0-9a-f]{16}$/);
  });

  it("leaves the row that was given as it was", () => {
    const row = privateRow();
    sanitize(row);
    expect(row).toEqual(privateRow());
  });

  it.each<[string, Json, Json | undefined]>([
    ["cwd", "/x", undefined],
    ["CWD", { deep: 1 }, undefined],
    ["host-name", "kept, for it is another word", "kept, for it is another word"],
    ["HostName", "box", undefined],
    ["repo-url", null, undefined],
    ["output_path", "x", undefined],
    ["myfilepath", "x", undefined],
    ["outputPath", "kept", "kept"],
    ["path", "kept", "kept"],
    ["turn_id", null, null],
    ["turn_id", 7, 7],
    ["tools", "no list", "no list"],
    ["timing_events", [null, 3, "x"], [null, 3, "x"]],
    ["round_index", 5, 5],
  ])("%s of %j becomes %j", (name, value, expected) => {
    expect(sanitize({ [name]: value })[name]).toEqual(expected);
  });

  it("filters at any depth", () => {
    const clean = sanitize({ a: [{ b: { cwd: "/x", User: "wilhelmina", kept: [{ home: 1, c: 2 }] } }], username: { host: "h", d: 1 } });
    expect(clean).toEqual({ a: [{ b: { User: sanitize({ user: "wilhelmina" }).user, kept: [{ c: 2 }] } }], username: { d: 1 } });
  });

  it("takes __proto__ for a key like any other", () => {
    const clean = sanitize(JSON.parse('{"__proto__":{"cwd":"/x","a":1},"home":"/h"}'));
    expect(JSON.stringify(clean)).toBe('{"__proto__":{"a":1}}');
  });

  it.each([
    [{ provider: "claude", session_id: "claude:x", trace_key: "k" }, /^trace_[0-9a-f]{16}$/],
    [{ trace_key: null }, null],
  ])("without all parts of a trace key: %j", (row, shape) => {
    const { trace_key } = sanitize(row as JsonObject);
    if (shape) expect(trace_key).toMatch(shape);
    else expect(trace_key).toBeNull();
  });

  it("refuses a row that is too deep to be one", () => {
    const deep = JSON.parse(`{"a":${"[".repeat(500)}${"]".repeat(500)}}`);
    expect(() => sanitize(deep)).toThrow("nested more than 100 deep");
    expect(sanitize({ tools: [{ input: deep, tool_index: 0 }] })).toEqual({ tools: [{ tool_index: 0 }] });
  });
});

const small = fc.constantFrom("a", "b", "c");
const anyRow = fc.record({ session: small, agent: fc.option(small), turn: small, call: small, user: small, project: small });
type AnyRow = typeof anyRow extends fc.Arbitrary<infer T> ? T : never;

function rowOf({ session, agent, turn, call, user, project }: AnyRow): JsonObject {
  const session_id = `codex:${session}${agent === null ? "" : `/subagents/${agent}`}`;
  return {
    provider: "codex",
    session_id,
    turn_id: turn,
    round_id: `${turn}:1`,
    tools: [{ tool_call_id: call }],
    user,
    project,
    trace_key: "x",
  };
}

const ids: Readonly<Record<string, (row: JsonObject) => Json | undefined>> = {
  session: (row) => row.session_id,
  base: (row) => (row.session_id as string).split("/subagents/")[0],
  turn: (row) => row.turn_id,
  call: (row) => (row.tools as JsonObject[])[0]?.tool_call_id,
  user: (row) => row.user,
  project: (row) => row.project,
};

describe("rows of a trace", () => {
  it("share an id after if and only if they did before", () => {
    fc.assert(
      fc.property(anyRow, anyRow, (one, other) => {
        const [a, b] = [rowOf(one), rowOf(other)];
        const [c, d] = [sanitize(a), sanitize(b)];
        for (const id of Object.values(ids)) expect(id(c) === id(d)).toBe(id(a) === id(b));
      }),
    );
  });

  it("become the same in any order", () => {
    fc.assert(
      fc.property(fc.array(anyRow), (all) => {
        const pseudonyms = new Pseudonyms(key);
        const forwards = all.map((each) => sanitizeRow(rowOf(each), pseudonyms));
        expect(
          [...all]
            .reverse()
            .map((each) => sanitize(rowOf(each)))
            .reverse(),
        ).toEqual(forwards);
      }),
    );
  });

  it("are sanitized again to the same shape", () => {
    const shapeOf = (row: JsonObject) =>
      JSON.stringify(row)
        .replace(/[0-9a-f]{4,}/g, (hex) => "h".repeat(hex.length))
        .replace(/call_\w+/g, (call) => `call ${call.length}`);
    for (const row of [privateRow(), codexRow()]) {
      const once = sanitize(row);
      expect(shapeOf(sanitize(once))).toBe(shapeOf(once));
    }
  });
});

describe("the sample", () => {
  const rows = gunzipSync(fs.readFileSync(project("data", "sample.jsonl.gz")))
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as JsonObject);

  it("is clean before and after", () => {
    const pseudonyms = new Pseudonyms(key);
    const names = [...new Set(rows.map((row) => row.user as string))];
    expect(rows.flatMap((row) => scan(row, names))).toEqual([]);
    expect(rows.flatMap((row) => scan(sanitizeRow(row, pseudonyms), names))).toEqual([]);
  });
});

describe.skipIf(!hasShared)("real rows", () => {
  const lines = hasShared ? fs.readFileSync(shared("transcripts", "expected_rounds.jsonl"), "utf8").trim().split("\n") : [];

  it("are private before and clean after", () => {
    const pseudonyms = new Pseudonyms(key);
    for (const line of lines) {
      const row = JSON.parse(line) as JsonObject;
      expect(scan(row).length).toBeGreaterThan(0);
      expect(scan(sanitizeRow(row, pseudonyms), ["user-a", "project"])).toEqual([]);
    }
  });
});
