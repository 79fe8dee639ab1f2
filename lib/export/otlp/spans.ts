/**
 * A session as a trace with the GenAI semantic conventions: a span of the session, `invoke_agent` for each request, and under it `chat`
 * for each step and `execute_tool` for each call. Times that are not known have no length.
 */
import { type Attributes, SpanKind, SpanStatusCode, TraceFlags } from "@opentelemetry/api";
import type { JsonTraceSerializer } from "@opentelemetry/otlp-transformer";
import { ATTR_ERROR_TYPE, ERROR_TYPE_VALUE_OTHER } from "@opentelemetry/semantic-conventions";
import {
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_TOOL_NAME,
  ATTR_GEN_AI_USAGE_CACHE_CREATION_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
  GEN_AI_OPERATION_NAME_VALUE_CHAT,
  GEN_AI_OPERATION_NAME_VALUE_EXECUTE_TOOL,
  GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT,
} from "@opentelemetry/semantic-conventions/incubating";
import type { ExportedCall, ExportedRequest, ExportedSession, ExportedStep } from "../sessions/read.ts";
import { type SpanPlace, spanIdOf, traceIdOf } from "./ids.ts";
import { makerOf, OWN } from "./names.ts";
import { hrTime, type Origin } from "./origin.ts";

export type Span = NonNullable<Parameters<typeof JsonTraceSerializer.serializeRequest>[0]>[number];

/** Epoch microseconds. */
interface Extent {
  readonly from: number;
  readonly to: number;
}

interface Draft extends Extent {
  readonly place: SpanPlace;
  readonly parent: SpanPlace | null;
  readonly name: string;
  readonly kind?: SpanKind;
  readonly attributes: Attributes;
  /** Null where it is not known whether it failed. */
  readonly isError?: boolean | null;
  /** Ids of sessions that it started. */
  readonly started?: readonly string[];
}

const ROOT: SpanPlace = ["session"];

/** Parents come first. */
export function spansOf(session: ExportedSession, origin: Origin): Span[] {
  const steps = extentsOf(session.steps);
  const requests = new Map(session.requests.map((request) => [request.request_no, request]));
  const parentOf = (request: number): SpanPlace => (requests.has(request) ? ["request", request] : ROOT);
  const started = startedBy(session);
  const drafts = session.steps.flatMap((step, i): Draft[] => {
    const extent = steps[i] ?? { from: 0, to: 0 };
    const parent = parentOf(step.request_no);
    return [chatDraft(session, step, extent, parent), ...step.calls.map((call) => callDraft(step, call, extent, parent, started))];
  });
  const requestDrafts = session.requests.map((request) =>
    requestDraft(session, request, around(drafts.filter(({ parent }) => parent?.[1] === request.request_no))),
  );
  const all = [...requestDrafts, ...drafts];
  return [rootDraft(session, around(all)), ...all].map((draft) => spanOf(session, draft, origin));
}

/** Where generation is measured, else at the first event; a step without a time follows the one before, or precedes the first. */
function extentsOf(steps: readonly ExportedStep[]): Extent[] {
  let last = steps.reduce((earliest, { first_us }) => Math.min(earliest, first_us ?? earliest), Number.POSITIVE_INFINITY);
  if (!Number.isFinite(last)) last = 0;
  return steps.map(({ first_us, generation_start_us, generation_us }) => {
    const from = generation_start_us ?? first_us ?? last;
    last = from + (generation_us ?? 0);
    return { from, to: last };
  });
}

/** From the first start to the last end; at 0 without any. */
function around([first = { from: 0, to: 0 }, ...others]: readonly Extent[]): Extent {
  return others.reduce((all, { from, to }) => ({ from: Math.min(all.from, from), to: Math.max(all.to, to) }), first);
}

/** Ids of helpers by the call that started them. */
function startedBy({ helpers }: ExportedSession): Map<string, string[]> {
  const started = new Map<string, string[]>();
  for (const { session_id, call_round_pk, call_tool_index } of helpers) {
    const call = `${call_round_pk} ${call_tool_index}`;
    started.set(call, [...(started.get(call) ?? []), session_id]);
  }
  return started;
}

function rootDraft(session: ExportedSession, extent: Extent): Draft {
  const { steps, isHelper } = session;
  const attributes = { [OWN.steps]: steps.length, [OWN.isHelper]: isHelper };
  return { ...extent, place: ROOT, parent: null, name: "session", attributes };
}

function requestDraft(session: ExportedSession, request: ExportedRequest, inner: Extent): Draft {
  const { request_no: no, start_us, end_us, steps, calls, errors, cost_nano } = request;
  return {
    from: start_us ?? inner.from,
    to: Math.max(start_us ?? inner.from, end_us ?? inner.to),
    ...{ place: ["request", no], parent: ROOT, name: `${GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT} ${session.provider}` },
    attributes: {
      [ATTR_GEN_AI_OPERATION_NAME]: GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT,
      [ATTR_GEN_AI_PROVIDER_NAME]: makerOf(session.provider),
      [OWN.request]: no,
      ...{ [OWN.steps]: steps, [OWN.calls]: calls, [OWN.errors]: errors, [OWN.cost]: cost_nano },
    },
  };
}

function chatDraft(session: ExportedSession, step: ExportedStep, extent: Extent, parent: SpanPlace): Draft {
  return {
    ...extent,
    ...{ place: ["step", step.no], parent, name: `${GEN_AI_OPERATION_NAME_VALUE_CHAT} ${step.model}`, kind: SpanKind.CLIENT },
    attributes: {
      [ATTR_GEN_AI_OPERATION_NAME]: GEN_AI_OPERATION_NAME_VALUE_CHAT,
      [ATTR_GEN_AI_PROVIDER_NAME]: makerOf(step.provider === "other" ? session.provider : step.provider),
      [ATTR_GEN_AI_REQUEST_MODEL]: step.model,
      [ATTR_GEN_AI_USAGE_INPUT_TOKENS]: step.prefix_tokens + step.append_tokens,
      [ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS]: step.prefix_tokens,
      [ATTR_GEN_AI_USAGE_CACHE_CREATION_INPUT_TOKENS]: step.write_tokens,
      [ATTR_GEN_AI_USAGE_OUTPUT_TOKENS]: step.output_tokens ?? undefined,
      [ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS]: step.reasoning_tokens ?? undefined,
      [OWN.step]: step.no,
      [OWN.request]: step.request_no,
      [OWN.activity]: step.activity,
      [OWN.cost]: step.cost_nano ?? undefined,
      [OWN.compaction]: step.compaction ?? undefined,
      [OWN.untimed]: step.first_us === null ? true : undefined,
    },
  };
}

function callDraft(
  step: ExportedStep,
  call: ExportedCall,
  { to: after }: Extent,
  parent: SpanPlace,
  started: Map<string, string[]>,
): Draft {
  const from = call.emitted_us ?? after;
  return {
    ...{ from, to: from + (call.emitted_us === null ? 0 : (call.wall_us ?? 0)) },
    ...{ place: ["call", step.no, call.tool_index], parent, name: `${GEN_AI_OPERATION_NAME_VALUE_EXECUTE_TOOL} ${call.tool}` },
    isError: call.is_error,
    started: started.get(`${step.round_pk} ${call.tool_index}`) ?? [],
    attributes: {
      [ATTR_GEN_AI_OPERATION_NAME]: GEN_AI_OPERATION_NAME_VALUE_EXECUTE_TOOL,
      [ATTR_GEN_AI_TOOL_NAME]: call.tool,
      [ATTR_ERROR_TYPE]: call.is_error === true ? ERROR_TYPE_VALUE_OTHER : undefined,
      [OWN.step]: step.no,
      [OWN.resultChars]: call.result_chars ?? undefined,
      [OWN.waitUs]: call.wait_us ?? undefined,
      [OWN.internalUs]: call.duration_us ?? undefined,
      [OWN.untimed]: call.emitted_us === null ? true : undefined,
    },
  };
}

function spanOf(session: ExportedSession, draft: Draft, { resource, scope }: Origin): Span {
  const contextOf = (id: string, place: SpanPlace) => ({
    traceId: traceIdOf(id),
    spanId: spanIdOf(id, place),
    traceFlags: TraceFlags.SAMPLED,
  });
  const { place, parent, name, kind = SpanKind.INTERNAL, attributes, isError = null, started = [], from, to } = draft;
  const shared = { [ATTR_GEN_AI_CONVERSATION_ID]: session.name, [ATTR_GEN_AI_AGENT_NAME]: session.provider };
  return {
    ...{ name, kind, resource, instrumentationScope: scope, ended: true, events: [] },
    spanContext: () => contextOf(session.id, place),
    ...(parent === null ? {} : { parentSpanContext: contextOf(session.id, parent) }),
    ...{ startTime: hrTime(from), endTime: hrTime(to), duration: hrTime(to - from) },
    status: { code: isError === null ? SpanStatusCode.UNSET : isError ? SpanStatusCode.ERROR : SpanStatusCode.OK },
    attributes: { ...shared, ...Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) },
    links: started.map((id) => ({ context: contextOf(id, ROOT) })),
    ...{ droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0 },
  };
}
