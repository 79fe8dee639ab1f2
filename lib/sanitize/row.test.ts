import fs from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { categoryOf, FUNCTION_CATEGORIES } from "../../experiments/tool_calls/tool_category_distribution/categories.ts";
import { hasShared, shared } from "../testing/paths.ts";
import { isObject, type Json, type JsonObject, RawNumber } from "../trace/exact-json.ts";
import { priceOf } from "../trace/prices/published.ts";
import { Pseudonyms } from "../trace/pseudonym.ts";
import { codexRow, detailsLine, privateRow, sessionLine } from "./fixture.ts";
import type { Rules } from "./forms.ts";
import { checkLine } from "./gate.ts";
import { Problems } from "./problems.ts";
import { publishDetails, publishRow, publishSession } from "./row.ts";
import { coarseClock, exactClock } from "./times.ts";

const pseudonyms = new Pseudonyms(Buffer.from("a key of tests"));
const rules: Rules = { pseudonyms, kept: new Set(), clock: exactClock, coarse: false };
const publish = (row: JsonObject, more: Partial<Rules> = {}) => publishRow(row, { ...rules, ...more }, new Problems());

function listOf(row: JsonObject, key: "tools" | "timing_events"): JsonObject[] {
  const list = row[key];
  return Array.isArray(list) ? list.filter(isObject) : [];
}

const toolNamed = (name: Json, kept: string[] = []) =>
  listOf(publish({ tools: [{ tool_name: name }] }, { kept: new Set(kept) }), "tools")[0]?.tool_name;

describe("a published row", () => {
  it("has all documented fields, in order", () => {
    const row = privateRow();
    const left = new Problems();
    const clean = publishRow(row, rules, left);
    expect(Object.keys(clean)).toEqual(Object.keys(row).filter((name) => !["session_file", "home"].includes(name)));
    expect(Object.keys(listOf(clean, "tools")[0] ?? {})).toEqual(
      Object.keys(listOf(row, "tools")[0] ?? {}).filter((name) => name !== "input"),
    );
    expect(clean).toMatchObject({ model: "claude-opus-4-6", input_tokens_total: 56443, store: ".claude", reasoning_output_tokens: null });
    expect(clean.timing_events).toMatchObject([{ timestamp: "2026-02-06T08:45:13.472Z", content_chars: 5 }, { tool_name: "Edit" }]);
    expect(clean.tools).toMatchObject([{ tool_name: "Edit", input_chars: 939, emitted_at: "2026-02-06T08:45:20.088Z", is_error: false }]);
    expect(left.list()).toEqual([]);
    expect(row).toEqual(privateRow());
  });

  it("has pseudonyms that fit together, and to the companion files", () => {
    const claude = publish(privateRow());
    expect(claude.trace_key).toBe(`claude:${claude.session_id}:${claude.round_id}`);
    expect(listOf(claude, "tools")[0]?.tool_call_id).toBe(listOf(claude, "timing_events")[1]?.tool_call_id);
    const codex = publish(codexRow({ round_index: 3 }));
    expect(codex.round_id).toBe(`${codex.turn_id}:3`);
    expect(codex.user).toBe(claude.user);
    const session = publishSession(sessionLine(), rules, new Problems());
    expect(session).toMatchObject({
      project: claude.project,
      user: claude.user,
      parent_session_id: claude.session_id,
      parent_tool_call_id: listOf(claude, "tools")[0]?.tool_call_id ?? null,
      client_version: "2.1.37 2.1.38",
      first_at: "2026-02-06T08:45:13.472Z",
      round_count: 3,
    });
    expect(Object.keys(session)).toEqual(Object.keys(sessionLine()).filter((key) => key !== "byte_count" && key !== "record_count"));
    const details = publishDetails(detailsLine(), privateRow(), claude, rules, new Problems());
    expect(details).toMatchObject({ trace_key: claude.trace_key, first_holder_session_id: claude.session_id, service_tier: "standard" });
    expect(details.transcript_id).toBe(session.transcript_id);
    expect(details.transcript_id).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each<[string, Json, Json]>([
    ["round_index", 5, 5],
    ["round_index", new RawNumber("5.0"), 5],
    ["round_index", 2.5, 3],
    ["round_index", -2.5, -3],
    ["round_index", "5", null],
    ["round_index", new RawNumber("NaN"), null],
    ["input_tokens_total", 1e13, null],
    ["turn_id", null, null],
    ["turn_id", "", ""],
    ["tools", "a text", null],
    ["timing_events", [null, 3, "x", {}], [null, null, null, {}]],
    ["user", "synthetic_user_07", "synthetic_user_07"],
    ["store", "CODEX_HOME/archived_sessions", "CODEX_HOME/archived_sessions"],
    ["model", "gpt-5.3-codex", "gpt-5.3-codex"],
  ])("%s of %j becomes %j", (name, value, expected) => {
    expect(publish({ [name]: value })[name]).toEqual(expected);
  });

  it.each<[Json, Json | RegExp]>([
    ["Bash", "Bash"],
    ["  Bash  ", "Bash"],
    ["", ""],
    [null, null],
    ["mcp__acme__pay", /^mcp__[0-9a-f]{12}__[0-9a-f]{12}$/],
    ["mcp__acme", /^mcp_[0-9a-f]{12}$/],
    ["acme_pay", /^custom_[0-9a-f]{12}$/],
  ])("the tool %j becomes %s", (name, expected) => {
    if (expected instanceof RegExp) expect(toolNamed(name)).toMatch(expected);
    else expect(toolNamed(name)).toBe(expected);
  });

  it("keeps the names that are permitted, whole or in part", () => {
    expect(toolNamed("mcp__acme__pay", ["mcp__acme__pay"])).toBe("mcp__acme__pay");
    expect(toolNamed("mcp__acme__pay", ["acme"])).toMatch(/^mcp__acme__[0-9a-f]{12}$/);
    expect(publish({ model: "acme-1" }, { kept: new Set(["acme-1"]) }).model).toBe("acme-1");
    const [pay, ask] = ["mcp__acme__pay", "mcp__acme__ask"].map((name) => String(toolNamed(name)).split("__"));
    expect(pay?.[1]).toBe(ask?.[1]);
    expect(pay?.[2]).not.toBe(ask?.[2]);
  });

  it("counts what is left out, however much it is", () => {
    const left = new Problems();
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`key_${i}`, i]));
    left.at("in.jsonl", 7);
    publishRow({ ...privateRow(), ...many, tools: [{ Input: 1, input_chars: "2" }, []] }, rules, left);
    const first = { file: "in.jsonl", line: 7 };
    expect(left.list()).toEqual([
      { kind: "key", field: "tools[]", count: 1, examples: ["Input"], ...first },
      { kind: "form", field: "tools[].input_chars", count: 1, examples: [], ...first },
      { kind: "form", field: "tools[]", count: 1, examples: [], ...first },
      { kind: "key", field: "rows", count: 1000, examples: ["key_0", "key_1", "key_2"], ...first },
    ]);
  });
});

describe("times", () => {
  it.each([
    ["2026-02-06T08:45:13.472Z", "2026-02-06T08:45:13.472Z"],
    ["2026-02-06 08:45:13", "2026-02-06T08:45:13Z"],
    ["2026-02-06T08:45:13.123456789Z", "2026-02-06T08:45:13.123456Z"],
    ["2026-02-06T10:15:13.4+01:30", "2026-02-06T08:45:13.4Z"],
    ["2026-02-30T08:45:13Z", undefined],
    ["2026-02-06T08:45:13Z acme", undefined],
    ["soon", undefined],
  ])("%s is published as %s", (time, expected) => {
    expect(exactClock(time, "s")).toBe(expected);
  });

  const coarse = coarseClock(pseudonyms);
  const ms = (time: string | undefined) => Date.parse(time ?? "");

  it("that are coarse keep distances and order within a session, up to a second", () => {
    const instant = fc.date({ min: new Date("2020-01-01"), max: new Date("2030-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(instant, instant, fc.constantFrom("claude:a", "codex:b"), (a, b, session) => {
        const [from, to] = [a, b].map((time) => coarse(time.toISOString(), session));
        expect(Math.abs(ms(to) - ms(from) - (b.getTime() - a.getTime()))).toBeLessThan(1000);
        if (a <= b) expect(ms(from)).toBeLessThanOrEqual(ms(to));
        expect(Math.abs(ms(from) - a.getTime())).toBeLessThanOrEqual(7 * 24 * 3600 * 1000 + 1000);
        expect(coarse(a.toISOString(), `${session}/subagents/agent-x`)).toBe(from);
        expect(exactClock(from ?? "", session)).toBe(from);
      }),
    );
  });

  it("that are coarse move sessions apart", () => {
    const shifts = Array.from({ length: 20 }, (_, i) => coarse("2026-02-06T08:45:13.472Z", `claude:${i}`));
    expect(new Set(shifts).size).toBe(20);
  });

  it("that are coarse have latencies that fit", () => {
    const times = { emitted_at: "2026-02-06T08:45:13.900Z", result_at: "2026-02-06T08:45:15.100Z" };
    const row = privateRow({ tools: [{ ...times, tool_wall_latency_ms: 1200, tool_internal_latency_ms: 1499 }] });
    const [tool] = listOf(publish(row, { clock: coarse, coarse: true }), "tools");
    expect(tool).toMatchObject({ tool_wall_latency_ms: 2000, tool_internal_latency_ms: 1000 });
    expect(ms(String(tool?.result_at)) - ms(String(tool?.emitted_at))).toBe(2000);
  });
});

const small = fc.constantFrom("a", "b", "c");
const row = fc
  .record({ session: small, agent: fc.option(small), turn: small, call: small, user: small, project: small })
  .map(({ session, agent, turn, call, user, project }): JsonObject => {
    const session_id = `codex:${session}${agent === null ? "" : `/subagents/${agent}`}`;
    return {
      provider: "codex",
      session_id,
      round_index: 1,
      turn_id: turn,
      round_id: `${turn}:1`,
      tools: [{ tool_call_id: call }],
      user,
      project,
    };
  });

const IDS: readonly ((row: JsonObject) => Json | undefined)[] = [
  (row) => row.session_id,
  (row) => String(row.session_id).split("/subagents/")[0],
  (row) => row.turn_id,
  (row) => listOf(row, "tools")[0]?.tool_call_id,
  (row) => row.user,
  (row) => row.project,
];

it("rows share an id after if and only if they did before, in any order", () => {
  fc.assert(
    fc.property(row, row, (one, other) => {
      const [a, b] = [publish(one), publish(other)];
      for (const id of IDS) expect(id(a) === id(b)).toBe(id(one) === id(other));
      expect(publishRow(one, { ...rules, pseudonyms: new Pseudonyms(Buffer.from("a key of tests")) }, new Problems())).toEqual(a);
    }),
  );
});

it("tools and models keep their category and price", () => {
  const names = [
    "Bash",
    "TodoWrite",
    "mcp__ide__executeCode",
    "mcp__claude_ai_Notion__notion-fetch",
    "mcp__acme__pay",
    "_search_branches",
    "_fetch_pr",
    "x",
  ];
  for (const name of names) {
    const published = String(toolNamed(name));
    expect(categoryOf(published, FUNCTION_CATEGORIES)).toBe(categoryOf(name, FUNCTION_CATEGORIES));
    expect(published.startsWith("mcp_")).toBe(name.startsWith("mcp_"));
  }
  for (const model of ["claude-opus-4-7", "claude-opus-acme", "x/gpt-5-acme", "acme"]) {
    expect(priceOf("claude", String(publish({ model }).model))).toEqual(priceOf("claude", model));
  }
});

describe.skipIf(!hasShared)("real rows", () => {
  const lines = hasShared ? fs.readFileSync(shared("transcripts", "expected_rounds.jsonl"), "utf8").trim().split("\n") : [];

  it("are private before and public after", () => {
    const [before, after, left] = [new Problems(), new Problems(), new Problems()];
    for (const line of lines) {
      const row: JsonObject = JSON.parse(line);
      checkLine(row, "row", new Set(), before);
      checkLine(publishRow(row, rules, left), "row", new Set(), after);
    }
    expect(before.list().length).toBeGreaterThan(5);
    expect([left.list(), after.list()]).toEqual([[], []]);
  });
});
