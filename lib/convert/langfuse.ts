/**
 * Observations of Langfuse, as its API and its exports to blob storage have them: https://langfuse.com/docs/api-and-data-platform.
 * Inputs, outputs and metadata are not looked at.
 */
import { isObject, type JsonObject } from "../trace/exact-json.ts";
import { CONTRADICTORY, countOf, type Fact, type Finding, nameOf, type ReaderOptions, sumOfTokens, type Tokens, timeOf } from "./facts.ts";

const CACHE_READ = ["input_cached_tokens", "input_cache_read", "cache_read_input_tokens", "input_cached"];
const CACHE_WRITE = [
  ...["cache_creation_input_tokens", "input_cache_creation", "input_cache_write", "cache_write_input_tokens"],
  ...["input_cache_creation_5m", "input_cache_creation_1h"],
];
const REASONING = ["output_reasoning_tokens", "output_reasoning"];

export function isLangfuse(record: JsonObject): boolean {
  return Array.isArray(record.observations) || isObservation(record) || isTrace(record);
}

export function* readLangfuse(record: JsonObject, options: ReaderOptions): Generator<Finding> {
  if (isTrace(record) || Array.isArray(record.observations)) {
    const conversation = nameOf(record.sessionId ?? record.session_id);
    const id = nameOf(record.id);
    if (id !== null && conversation !== null)
      yield { fact: { ...NO_TIME, trace: id, id: `trace ${id}`, conversation, what: { kind: "other" } } };
    const observations = Array.isArray(record.observations) ? record.observations.filter(isObject) : [];
    for (const observation of observations) yield* findingsOf(observation, options);
  } else yield* findingsOf(record, options);
}

const NO_TIME = { parent: null, start: null, end: null };

function isObservation(record: JsonObject): boolean {
  const has = (name: string, other: string) => record[name] !== undefined || record[other] !== undefined;
  return typeof record.type === "string" && has("traceId", "trace_id") && has("startTime", "start_time");
}

/** Of a legacy export, whose observations don't name their session. */
function isTrace(record: JsonObject): boolean {
  return (
    record.type === undefined &&
    record.timestamp !== undefined &&
    nameOf(record.sessionId ?? record.session_id) !== null &&
    record.id !== undefined
  );
}

function* findingsOf(record: JsonObject, options: ReaderOptions): Generator<Finding> {
  const type = typeof record.type === "string" ? record.type.toUpperCase() : "";
  const { isContradictory, logged, ...tokens } = tokensOf(record, options);
  const reject = (reason: string): Finding => ({ reject: { reason, tokens: logged } });
  const id = nameOf(record.id);
  if (id === null) {
    yield reject("observations without ids");
    return;
  }
  const start = timeOf(record.startTime ?? record.start_time);
  const end = timeOf(record.endTime ?? record.end_time);
  const place = {
    // An observation may be without a trace.
    trace: nameOf(record.traceId ?? record.trace_id) ?? id,
    id,
    parent: nameOf(record.parentObservationId ?? record.parent_observation_id),
    conversation: nameOf(record.sessionId ?? record.session_id),
    start,
    end: start === null || end === null || end < start ? null : end,
  };
  const fact = (what: Fact["what"]): Finding => ({ fact: { ...place, what } });
  if (type === "GENERATION") {
    if (start === null) yield reject("generations without a time");
    else if (tokens.input === null && tokens.output === null && !isContradictory) yield reject("generations without counts of tokens");
    else {
      if (isContradictory) yield reject(CONTRADICTORY);
      yield fact({
        kind: "step",
        provider: null,
        responseId: null,
        model: nameOf(record.providedModelName ?? record.provided_model_name) ?? nameOf(record.model),
        firstOutput: timeOf(record.completionStartTime ?? record.completion_start_time),
        tokens,
        no: null,
        request: null,
      });
      return;
    }
  } else if (type === "TOOL") {
    const isError = record.level === "ERROR" ? true : place.end === null ? null : false;
    yield fact({ kind: "call", name: nameOf(record.name), callId: null, isError, resultChars: null, step: null });
    return;
  } else if (type === "AGENT" || (type === "SPAN" && place.parent === null)) {
    // The outermost observation of a trace is what its user asked for.
    if (logged > 0) yield reject(`observations of the type ${type}`);
    yield fact({ kind: "agent" });
    return;
  } else if (logged > 0) yield reject(`observations of the type ${type}`);
  yield fact({ kind: "other" });
}

interface Counted extends Tokens {
  readonly isContradictory: boolean;
  /** All input and output. */
  readonly logged: number;
}

/**
 * Langfuse's kinds of usage don't overlap: all with "input" in their name are input, all with "output" output, and `total` is their sum,
 * unless it was logged. Some integrations log an input that has the cached tokens in it, which their total shows.
 */
function tokensOf(record: JsonObject, { missingIsZero }: ReaderOptions): Counted {
  const usage = usageOf(record);
  const sum = (isMeant: (name: string) => boolean) => sumOrNull([...usage].flatMap(([name, count]) => (isMeant(name) ? [count] : [])));
  const cached = sum((name) => CACHE_READ.includes(name) || CACHE_WRITE.includes(name)) ?? 0;
  const input = sum((name) => name.includes("input"));
  const output = sum((name) => name.includes("output"));
  const total = usage.get("total") ?? null;
  const logged = total ?? sumOfTokens({ input, output });
  const apart = (input ?? 0) + (output ?? 0);
  const isOverlapping = total !== null && cached > 0 && total === apart - cached;
  const isContradictory = input !== null && output !== null && total !== null && total !== apart && !isOverlapping;
  const missing = missingIsZero && input !== null ? 0 : null;
  const known = isContradictory ? null : input;
  return {
    input: known === null ? null : known - (isOverlapping ? cached : 0),
    cacheRead: known === null ? null : (sum((name) => CACHE_READ.includes(name)) ?? missing),
    cacheWrite: known === null ? null : (sum((name) => CACHE_WRITE.includes(name)) ?? missing),
    output: isContradictory ? null : output,
    reasoning: isContradictory ? null : sum((name) => REASONING.includes(name)),
    isAnthropic: [...usage.keys()].some((name) => CACHE_WRITE.includes(name)),
    isContradictory,
    logged,
  };
}

/** By kind; the older `usage` has input, output and total. */
function usageOf(record: JsonObject): Map<string, number> {
  const details = record.usageDetails ?? record.usage_details;
  const old = isObject(record.usage) && (record.usage.unit ?? "TOKENS") === "TOKENS" ? record.usage : {};
  const spoken = {
    input: record.promptTokens ?? record.prompt_tokens ?? null,
    output: record.completionTokens ?? record.completion_tokens ?? null,
    total: record.totalTokens ?? record.total_tokens ?? null,
  };
  const chosen =
    [details, old, spoken].filter(isObject).find((usage) => Object.values(usage).some((count) => (countOf(count) ?? 0) > 0)) ?? {};
  return new Map(
    Object.entries(chosen).flatMap(([name, value]) => ((count) => (count === null ? [] : [[name, count] as const]))(countOf(value))),
  );
}

function sumOrNull(counts: readonly number[]): number | null {
  return counts.length === 0 ? null : counts.reduce((a, b) => a + b);
}
