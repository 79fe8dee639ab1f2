/** Records of Codex rollouts, for tests. */
import fs from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { hasShared, shared } from "../testing/paths.ts";
import { isObject, type Json, type JsonObject, LongString, parseJson } from "../trace/exact-json.ts";
import { createCodexExtractor } from "./codex.ts";
import type { Extracted, Reading } from "./row.ts";

export const FILE = { path: "/sessions/rollout-f.jsonl", stem: "rollout-f" };

// Ids of threads and turns are ordered by time.
export const PARENT = "0190-parent";
export const PARENT_TURN = "0190-turn";
export const CHILD = "0191-child";
export const CHILD_TURN = "0191-turn";

export function extractAs(reading: Reading, records: readonly JsonObject[], file = FILE): Extracted {
  const extractor = createCodexExtractor(file, reading);
  for (const record of records) extractor.push(record);
  return extractor.result();
}

export function record(second: number, type: string, payload: Json = {}): JsonObject {
  return { timestamp: at(second), type, payload };
}

export function at(second: number): string {
  return new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();
}

export const header = (id: string, more: JsonObject = {}) => record(0, "session_meta", { id, ...more });
export const turn = (id: string) => record(0, "event_msg", { type: "task_started", turn_id: id });
export const event = (second: number, type: string, more: JsonObject = {}) => record(second, "event_msg", { type, ...more });
export const item = (second: number, type: string, more: JsonObject = {}) => record(second, "response_item", { type, ...more });
export const call = (second: number, id: string, name = "exec_command") =>
  item(second, "function_call", { call_id: id, name, arguments: "{}" });
export const output = (second: number, id: string, text: Json) => item(second, "function_call_output", { call_id: id, output: text });
export const spawned = (by: string): JsonObject => ({ source: { subagent: { thread_spawn: { parent_thread_id: by } } } });

/** A usage report; its cumulative counters differ in the total. */
export function usage(
  second: number,
  total: number,
  [input, cached, out, reasoning]: readonly [number, number, number, number] = [10, 4, 3, 1],
) {
  const last = { input_tokens: input, cached_input_tokens: cached, output_tokens: out, reasoning_output_tokens: reasoning };
  return event(second, "token_count", { info: { total_token_usage: { total_tokens: total }, last_token_usage: last } });
}

/** Records as Codex writes them, few ids so that they meet. */
export const arbitraryRecord: fc.Arbitrary<JsonObject> = (() => {
  const id = fc.constantFrom("a", "b", "c");
  const turnId = fc.constantFrom(PARENT_TURN, CHILD_TURN, "");
  const threadId = fc.constantFrom(PARENT, CHILD, "");
  const text = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("Wall time: 0.5 seconds\nExit code: 1", '{"metadata":{"exit_code":1}}', "\ud800"),
  );
  const tokens = fc.nat(3);
  const counters = fc.record({ input_tokens: tokens, cached_input_tokens: tokens, output_tokens: tokens }) as fc.Arbitrary<JsonObject>;
  const type = (name: string) => fc.constant(name);
  const payload = fc.oneof<fc.Arbitrary<[string, JsonObject]>[]>(
    fc.tuple(type("session_meta"), fc.record({ id: threadId, cwd: text, cli_version: text })),
    fc.tuple(type("session_meta"), fc.constant({ id: CHILD, ...spawned(PARENT) } as JsonObject)),
    fc.tuple(type("turn_context"), fc.record({ turn_id: turnId, model: text, cwd: text })),
    fc.tuple(type("compacted"), fc.record({ message: text })),
    fc.tuple(type("token_usage_record"), fc.record({ response_id: id, usage: counters })),
    fc.tuple(type("event_msg"), fc.record({ type: type("task_started"), turn_id: turnId })),
    fc.tuple(type("event_msg"), fc.record({ type: type("user_message"), message: text })),
    fc.tuple(type("event_msg"), fc.record({ type: type("context_compacted") })),
    fc.tuple(type("event_msg"), fc.record({ type: type("new"), key: text })),
    fc.tuple(type("response_item"), fc.record({ type: type("reasoning") })),
    fc.tuple(type("response_item"), fc.record({ type: type("message"), role: type("assistant"), content: fc.array(text) })),
    fc.tuple(type("response_item"), fc.record({ type: type("function_call"), call_id: id, name: text, arguments: text })),
    fc.tuple(type("response_item"), fc.record({ type: type("custom_tool_call"), call_id: id, name: text, input: anyJson() })),
    fc.tuple(type("response_item"), fc.record({ type: type("function_call_output"), call_id: id, output: anyJson() })),
    fc.tuple(type("event_msg"), fc.record({ type: type("exec_command_end"), call_id: id, aggregated_output: text, exit_code: tokens })),
    fc.tuple(type("event_msg"), fc.record({ type: type("patch_apply_end"), call_id: id, stdout: text, success: fc.boolean() })),
    fc.tuple(
      type("event_msg"),
      fc.record({ type: type("token_count"), info: fc.record({ total_token_usage: counters, last_token_usage: counters }) }),
    ),
  );
  return fc.tuple(payload, fc.nat(100)).map(([[name, body], second]) => record(second, name, body));
})();

export function anyJson(): fc.Arbitrary<Json> {
  return fc.oneof(
    fc.json().map(parsed),
    fc.constantFrom(...["1.0", "NaN", "12345678901234567890", '{"b":1,"10":2,"__proto__":3,"9":4}', '{"tools":[1]}'].map(parsed)),
    fc.constant(new LongString(5, 7)),
  );
}

function parsed(text: string): Json {
  return parseJson(Buffer.from(text)) as Json;
}

/** A copy with one value, anywhere, replaced. */
export function spoiled(value: JsonObject, place: number, junk: Json): JsonObject {
  const paths = pathsOf(value);
  const target = paths[place % paths.length] ?? [];
  return replaced(value, target, junk) as JsonObject;
}

function pathsOf(value: Json, before: string[] = []): string[][] {
  if (!isObject(value)) return [before];
  return Object.keys(value).flatMap((key) => [[...before, key], ...pathsOf(value[key] as Json, [...before, key])]);
}

function replaced(value: Json, [key, ...rest]: string[], junk: Json): Json {
  if (key === undefined || !isObject(value)) return junk;
  return { ...value, [key]: replaced(value[key] as Json, rest, junk) };
}

const SESSIONS = hasShared ? shared("transcripts", "home", ".codex", "sessions") : "";

/** Names of the real rollouts below the folder of sessions; none without them. */
export const REAL_ROLLOUTS: readonly string[] = hasShared
  ? fs
      .readdirSync(SESSIONS, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".jsonl"))
      .sort()
  : [];

export function recordsOf(name: string): JsonObject[] {
  const lines = fs.readFileSync(path.join(SESSIONS, name), "utf8").split("\n");
  return lines.flatMap((line) => {
    const parsed = parseJson(Buffer.from(line));
    return isObject(parsed) ? [parsed] : [];
  });
}

export function rolloutOf(name: string) {
  return { path: `$HOME/.codex/sessions/${name}`, stem: path.basename(name, ".jsonl") };
}
