/**
 * Events of agent-trace (`agent-strace export --format ndjson`, https://github.com/Siddhant-K-code/agent-trace). Prompts, answers, arguments
 * and results are not looked at. What a model or a tool does are two events: the later one names the other, or says how long it took.
 */
import { isObject, type Json, type JsonObject, RawNumber } from "../trace/exact-json.ts";
import { type Fact, type Finding, firstCount, type Half, nameOf, type ReaderOptions } from "./facts.ts";

const INPUT = ["input_tokens", "prompt_tokens"];
const OUTPUT = ["output_tokens", "completion_tokens"];

const HALVES: Readonly<Record<string, Pick<Half, "of" | "isEnd" | "isError">>> = {
  llm_request: { of: "step", isEnd: false, isError: false },
  llm_response: { of: "step", isEnd: true, isError: false },
  tool_call: { of: "call", isEnd: false, isError: false },
  tool_result: { of: "call", isEnd: true, isError: false },
  error: { of: "call", isEnd: true, isError: true },
};
/** Nothing of these is in a row. */
const PASSED_OVER: ReadonlySet<string> = new Set([
  "session_start",
  "session_end",
  "file_read",
  "file_write",
  "decision",
  "assistant_response",
]);

export function isAgentTrace(record: JsonObject): boolean {
  return typeof record.event_type === "string" && record.timestamp !== undefined;
}

export function* readAgentTrace(record: JsonObject): Generator<Finding> {
  const type = String(record.event_type);
  const data = isObject(record.data) ? record.data : {};
  const counts = { input: firstCount(data, INPUT), output: firstCount(data, OUTPUT) };
  const end = microsecondsOf(record.timestamp);
  const trace = nameOf(record.session_id);
  const id = nameOf(record.event_id);
  if (PASSED_OVER.has(type)) return;
  const half = HALVES[type];
  if (trace === null || id === null || end === null || (half === undefined && type !== "user_prompt")) {
    const reason = half || type === "user_prompt" ? "events without an id or a time" : "events of another type";
    yield { reject: { reason, tokens: (counts.input ?? 0) + (counts.output ?? 0) } };
    return;
  }
  const took = microsecondsIn(record.duration_ms ?? data.duration_ms);
  const start = half?.isEnd ? (took === null || took >= end ? null : end - took) : end;
  const name = nameOf(half?.of === "step" ? data.model : data.tool_name);
  const what: Fact["what"] = half
    ? { kind: "half", ...half, name, callId: nameOf(data.request_id ?? data.tool_use_id), ...counts }
    : { kind: "message" };
  yield { fact: { trace, id, parent: nameOf(record.parent_id), conversation: trace, start, end: half && !half.isEnd ? null : end, what } };
}

/** The year 5138. */
const LAST_SECOND = 1e11;

/** Of seconds since 1970. */
function microsecondsOf(value: Json | undefined): number | null {
  const seconds = numberOf(value);
  return seconds > 0 && seconds < LAST_SECOND ? Math.round(seconds * 1e6) : null;
}

/** Of milliseconds. */
function microsecondsIn(value: Json | undefined): number | null {
  const ms = numberOf(value);
  return ms >= 0 ? Math.round(ms * 1000) : null;
}

function numberOf(value: Json | undefined): number {
  if (value instanceof RawNumber) return Number(value.text);
  return typeof value === "number" ? value : Number.NaN;
}

type HalfFact = Fact & { readonly what: Half };

/** Facts with halves joined. */
export function joined(facts: readonly Fact[], options: ReaderOptions): Finding[] {
  const halves = facts.filter(isHalf).sort((a, b) => timeOf(a) - timeOf(b) || (a.id < b.id ? -1 : 1));
  if (halves.length === 0) return facts.map((fact) => ({ fact }));
  const open = new Map(halves.filter(({ what }) => !what.isEnd).map((half) => [half.id, half]));
  const findings: Finding[] = facts.filter((fact) => !isHalf(fact)).map((fact) => ({ fact }));
  for (const end of halves.filter(({ what }) => what.isEnd)) {
    const begin = open.get(end.parent ?? "") ?? latestBefore(end, open);
    // An error of a model, or of whatever else.
    if (end.what.isError && begin?.what.of !== "call") continue;
    if (begin) open.delete(begin.id);
    findings.push(whole(begin, end, options));
  }
  for (const begin of open.values())
    if (begin.what.of === "call") findings.push(whole(begin, undefined, options));
    else findings.push({ reject: { reason: "requests without an answer", tokens: begin.what.input ?? 0 } });
  return findings;
}

/** When it was written. */
function timeOf({ start, end }: HalfFact): number {
  return end ?? start ?? 0;
}

function isHalf(fact: Fact): fact is HalfFact {
  return fact.what.kind === "half";
}

/** Of the same model or tool. */
function latestBefore(end: HalfFact, open: ReadonlyMap<string, HalfFact>): HalfFact | undefined {
  if (end.parent !== null) return undefined;
  return [...open.values()]
    .filter(({ what, start }) => what.of === end.what.of && what.name === end.what.name && (start ?? 0) <= (end.end ?? 0))
    .at(-1);
}

function whole(begin: HalfFact | undefined, end: HalfFact | undefined, { missingIsZero }: ReaderOptions): Finding {
  const of = begin?.what.of ?? end?.what.of;
  const name = begin?.what.name ?? end?.what.name ?? null;
  const { trace, conversation } = begin ?? (end as HalfFact);
  const place = {
    ...{ trace, conversation, id: begin?.id ?? end?.id ?? "", parent: null },
    start: begin?.start ?? end?.start ?? null,
    end: end?.end ?? null,
  };
  if (of === "call") {
    const callId = begin?.what.callId ?? end?.what.callId ?? null;
    return { fact: { ...place, what: { kind: "call", name, callId, isError: end?.what.isError ?? null, resultChars: null, step: null } } };
  }
  const logged = end?.what.input || begin?.what.input || null;
  const output = end?.what.output ?? null;
  if ((logged === null && output === null) || place.start === null) {
    const reason = place.start === null ? "calls of models without a time" : "calls of models without counts of tokens";
    return { reject: { reason, tokens: (logged ?? 0) + (output ?? 0) } };
  }
  // Anthropic's count leaves out what was cached, and no event has that.
  const isAnthropic = name?.startsWith("claude") ?? false;
  const input = isAnthropic && !missingIsZero ? null : logged;
  const cached = missingIsZero && input !== null ? 0 : null;
  const tokens = { input, output, cacheRead: cached, cacheWrite: cached, reasoning: null, isAnthropic };
  const what: Fact["what"] = {
    kind: "step",
    provider: null,
    responseId: null,
    model: name,
    firstOutput: null,
    tokens,
    no: null,
    request: null,
  };
  return { fact: { ...place, what } };
}
