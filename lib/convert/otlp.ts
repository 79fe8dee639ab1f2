/**
 * Spans of OTLP JSON with the GenAI semantic conventions, in their current names and those that instrumentations wrote before:
 * https://opentelemetry.io/docs/specs/semconv/gen-ai/. Attributes that hold messages are not looked at.
 */
import { OWN } from "../export/otlp/names.ts";
import { isObject, type Json, type JsonObject, RawNumber } from "../trace/exact-json.ts";
import {
  CONTRADICTORY,
  countOf,
  type Fact,
  type Finding,
  firstCount,
  nameOf,
  type ReaderOptions,
  sumOfTokens,
  type Tokens,
} from "./facts.ts";

type Attributes = Readonly<Record<string, Json | undefined>>;

const USAGE = {
  input: ["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"],
  output: ["gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"],
  cacheRead: [
    ...["gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens", "gen_ai.usage.cache_read_tokens"],
    "gen_ai.usage.input_tokens.cached",
  ],
  cacheWrite: [
    ...["gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_creation_input_tokens", "gen_ai.usage.cache_write.input_tokens"],
    ...["gen_ai.usage.cache_write_input_tokens", "gen_ai.usage.cache_write_tokens", "gen_ai.usage.input_tokens.cache_write"],
  ],
  reasoning: ["gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens", "gen_ai.usage.output_tokens.reasoning"],
};

const STEPS: ReadonlySet<string> = new Set(["chat", "text_completion", "generate_content", "completion"]);
const AGENTS: ReadonlySet<string> = new Set(["invoke_agent", "invoke_workflow"]);
/** Codes of a span's status, as number and as name. */
const FAILED: readonly Json[] = [2, "STATUS_CODE_ERROR"];
const SUCCEEDED: readonly Json[] = [1, "STATUS_CODE_OK"];

export function* readOtlp(record: JsonObject, options: ReaderOptions): Generator<Finding> {
  for (const resourceSpans of listOf(record.resourceSpans ?? record.resource_spans)) {
    const resource = isObject(resourceSpans.resource) ? attributesOf(resourceSpans.resource) : {};
    const scopes = resourceSpans.scopeSpans ?? resourceSpans.scope_spans ?? resourceSpans.instrumentationLibrarySpans;
    for (const scope of listOf(scopes)) for (const span of listOf(scope.spans)) yield* findingsOf(span, resource, options);
  }
}

export function isOtlp(record: JsonObject): boolean {
  return Array.isArray(record.resourceSpans ?? record.resource_spans);
}

function* findingsOf(span: JsonObject, resource: Attributes, options: ReaderOptions): Generator<Finding> {
  const attributes = attributesOf(span);
  const trace = nameOf(span.traceId ?? span.trace_id);
  const id = nameOf(span.spanId ?? span.span_id);
  const operation = nameOf(attributes["gen_ai.operation.name"]) ?? nameOf(attributes["llm.request.type"]);
  const tokens = tokensOf(attributes, options);
  if (trace === null || id === null) {
    yield { reject: { reason: "spans without ids", tokens: sumOfTokens(tokens) } };
    return;
  }
  const isUntimed = attributes[OWN.untimed] === true;
  const start = isUntimed ? null : microsecondsOf(span.startTimeUnixNano ?? span.start_time_unix_nano);
  const end = isUntimed ? null : microsecondsOf(span.endTimeUnixNano ?? span.end_time_unix_nano);
  const place = {
    trace,
    id,
    parent: nameOf(span.parentSpanId ?? span.parent_span_id),
    conversation: nameOf(attributes["gen_ai.conversation.id"]) ?? nameOf(attributes["session.id"]),
    start,
    end: start === null || end === null || end < start ? null : end,
  };
  const fact = (what: Fact["what"]): Finding => ({ fact: { ...place, what } });
  const reject = (reason: string): Finding => ({ reject: { reason, tokens: sumOfTokens(tokens) } });
  if (operation !== null && STEPS.has(operation)) {
    if (start === null && !isUntimed) yield reject("calls of models without a time");
    else if (tokens.input === null && tokens.output === null) yield reject("calls of models without counts of tokens");
    else {
      if (tokens.isContradictory) yield { reject: { reason: CONTRADICTORY, tokens: tokens.logged } };
      yield fact(stepOf(attributes, resource, tokens, start));
      return;
    }
  } else if (operation === "execute_tool" || nameOf(attributes["gen_ai.tool.name"]) !== null) {
    yield { fact: callFact(span, attributes, place) };
    return;
  } else if (operation !== null && AGENTS.has(operation)) {
    yield fact({ kind: "agent" });
    return;
  } else if (sumOfTokens(tokens) > 0)
    yield reject(operation === null ? "spans with usage whose operation is not named" : `spans of the operation ${operation}`);
  // Whatever else it is, spans below it name it as their parent.
  yield fact({ kind: "other" });
}

function stepOf(
  attributes: Attributes,
  resource: Attributes,
  { input, cacheRead, cacheWrite, output, reasoning }: Counted,
  start: number | null,
): Fact["what"] {
  const provider = providerOf(attributes, resource);
  const firstChunk = Number(attributes["gen_ai.response.time_to_first_chunk"] ?? Number.NaN);
  return {
    kind: "step",
    provider,
    responseId: nameOf(attributes["gen_ai.response.id"]),
    model: nameOf(attributes["gen_ai.response.model"]) ?? nameOf(attributes["gen_ai.request.model"]),
    firstOutput: start === null || !(firstChunk > 0) ? null : start + Math.round(firstChunk * 1e6),
    tokens: { input, cacheRead, cacheWrite, output, reasoning, isAnthropic: provider === "claude" || provider === "anthropic" },
    no: countOf(attributes[OWN.step]),
    request: countOf(attributes[OWN.request]),
  };
}

function callFact(span: JsonObject, attributes: Attributes, place: Omit<Fact, "what">): Fact {
  const step = countOf(attributes[OWN.step]);
  // Our own spans have no length where no result is known.
  const end = step !== null && place.end === place.start ? null : place.end;
  const status = isObject(span.status) ? (span.status.code ?? 0) : 0;
  const failed = attributes["error.type"] !== undefined || FAILED.includes(status);
  // Without an error a span has no status, by the conventions; our own say so where it is known.
  const succeeded = step === null ? end !== null : SUCCEEDED.includes(status);
  const what: Fact["what"] = {
    kind: "call",
    name: nameOf(attributes["gen_ai.tool.name"]) ?? nameOf(typeof span.name === "string" ? span.name.replace(/^execute_tool /, "") : null),
    callId: nameOf(attributes["gen_ai.tool.call.id"]),
    isError: failed ? true : succeeded ? false : null,
    resultChars: countOf(attributes[OWN.resultChars]),
    step,
  };
  return { ...place, end, what };
}

/** Coding agents have their names in rows; for others it is who serves the model. */
function providerOf(attributes: Attributes, resource: Attributes): string | null {
  const agent = nameOf(attributes["gen_ai.agent.name"]);
  if (agent === "claude" || agent === "codex") return agent;
  const service = nameOf(resource["service.name"]) ?? "";
  if (/^claude[-_]code\b/.test(service)) return "claude";
  if (/^codex([-_]|$)/.test(service)) return "codex";
  return nameOf(attributes["gen_ai.provider.name"]) ?? nameOf(attributes["gen_ai.system"]);
}

interface Counted extends Omit<Tokens, "isAnthropic"> {
  readonly isContradictory: boolean;
  /** Input and output as logged. */
  readonly logged: number;
}

/** By the conventions, the input has in it what was read from the cache and what was written to it. */
function tokensOf(attributes: Attributes, { cachedApart, missingIsZero }: ReaderOptions): Counted {
  const logged = {
    input: firstCount(attributes, USAGE.input),
    output: firstCount(attributes, USAGE.output),
    reasoning: firstCount(attributes, USAGE.reasoning),
  };
  const missing = missingIsZero && logged.input !== null ? 0 : null;
  const cacheRead = firstCount(attributes, USAGE.cacheRead) ?? missing;
  const cacheWrite = firstCount(attributes, USAGE.cacheWrite) ?? missing;
  const sum = sumOfTokens(logged);
  const unknown = { ...logged, input: null, cacheRead: null, cacheWrite: null, isContradictory: false, logged: sum };
  if (logged.input === null) return unknown;
  if (cachedApart) {
    if (cacheRead === null || cacheWrite === null) return unknown;
    return { ...unknown, input: logged.input + cacheRead + cacheWrite, cacheRead, cacheWrite };
  }
  if (logged.input < (cacheRead ?? 0) + (cacheWrite ?? 0)) return { ...unknown, isContradictory: true };
  return { ...unknown, input: logged.input, cacheRead, cacheWrite };
}

/** By key. Lists and objects are left out: only messages and the like are. */
function attributesOf({ attributes }: JsonObject): Attributes {
  const values: Record<string, Json> = Object.create(null);
  for (const { key, value } of listOf(attributes)) {
    if (typeof key !== "string" || !isObject(value)) continue;
    const [scalar] = [
      "stringValue",
      "intValue",
      "doubleValue",
      "boolValue",
      "string_value",
      "int_value",
      "double_value",
      "bool_value",
    ].flatMap((name) => value[name] ?? []);
    if (scalar !== undefined) values[key] = scalar;
  }
  return values;
}

function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Of nanoseconds, which are texts or numbers beyond 2^53; 0 is not a time. */
function microsecondsOf(value: Json | undefined): number | null {
  const text = value instanceof RawNumber ? value.text : value;
  if ((typeof text !== "string" && typeof text !== "number") || !/^\d{1,19}$/.test(String(text))) return null;
  const us = Number(BigInt(text) / 1000n);
  return us === 0 ? null : us;
}
