/**
 * A session step by step, as an experiment writes it and the gallery draws it: a small document of tokens, times and tool
 * names, without anything that was said. Runs in browsers, too.
 */

import type { StepActivity, ToolActivity } from "./step-activities.ts";

export interface TimelineCall {
  /** As logged, cut at some length; may contain anything. */
  readonly tool: string;
  readonly activity: ToolActivity;
  /** Seconds since the session's first event; null when the call has no time. */
  readonly startS: number | null;
  /** Seconds, positive; null when not measurable. */
  readonly durationS: number | null;
  /** Seconds until its result, waits and the client's own work included; null when not measurable. */
  readonly wallS: number | null;
  /** The part of these, from the start, in which it waited for a person; null when it didn't. */
  readonly waitS: number | null;
  /** Null when the trace doesn't say. */
  readonly failed: boolean | null;
  /** Tries again what failed, with the same input by its keyed hash or by its length; null when it doesn't. */
  readonly retry: "hash" | "size" | null;
}

/** An agent step. Token counts are never negative. */
export interface TimelineStep {
  /** Seconds from the session's first event to the step's; null when the step has no time. */
  readonly startS: number | null;
  readonly prefixTokens: number;
  readonly appendTokens: number;
  /** Null when the count was logged while the response was streaming. */
  readonly outputTokens: number | null;
  /** Part of the output; null when the trace doesn't say. */
  readonly reasoningTokens: number | null;
  /** Observable generation: seconds since the session's first event, and how long. Both null when not measurable. */
  readonly generationStartS: number | null;
  readonly generationS: number | null;
  /** The step carries a user message. */
  readonly user: boolean;
  /** The request that it belongs to: 1, 2, …; 0 before the first. */
  readonly request: number;
  readonly activity: StepActivity;
  /** How long the session was idle before that message, and when the wait began; null when it didn't. */
  readonly waitStartS: number | null;
  readonly waitS: number | null;
  /** The context was compacted before this step, as the trace reports or as a lasting drop of the input shows. */
  readonly compaction: "explicit" | "input_drop" | null;
  /** Dollars; null without a price. */
  readonly costUsd: number | null;
  /** Calls that the step emitted; `calls` holds the first of them. */
  readonly callCount: number;
  readonly calls: readonly TimelineCall[];
}

/** What all steps of some sessions cost. */
export interface TimelineCost {
  readonly sessions: number;
  /** Dollars count only these. */
  readonly pricedSteps: number;
  readonly usd: number;
  /** The most that it can be. */
  readonly usdMost: number;
  /** `9 of 12 steps have a price; …`; null where each step has its list price. */
  readonly prices: string | null;
}

/** More than a minute in which the session logged nothing. Seconds since its first event, to the microsecond. */
export interface TimelineGap {
  readonly fromS: number;
  readonly toS: number;
  /** What went on, as in the relation `active_axis`. */
  readonly kind: "running" | "human" | "silent";
}

/** A helper (sub-agent) at work, or a call that starts one of which nothing else is known. */
export interface TimelineHelper {
  /** Short id of its session; null when only the call is known. */
  readonly name: string | null;
  /** Kind of the helper as logged; null when unknown. */
  readonly type: string | null;
  /** How its parent is known: the relation `lineage` says what these mean; `call` for a call of which nothing else is known. */
  readonly basis: "declared" | "parent" | "path" | "nested" | "orphan" | "call";
  /** Place in the list of the helper that started it; null when the session itself did. */
  readonly parent: number | null;
  /** Step of the session that called it, from 0; null when unknown. */
  readonly step: number | null;
  /** Seconds since the first event of the session. */
  readonly startS: number;
  readonly endS: number;
  /** Its agent steps; null when only the call is known. */
  readonly steps: number | null;
  /** Dollars of its own steps; null without a price. */
  readonly costUsd: number | null;
  /** Characters of the call's result; null when unknown. */
  readonly returnedChars: number | null;
}

export interface Timeline {
  /** Short id, safe in addresses and file names. */
  readonly name: string;
  /** As in the trace; may contain anything. */
  readonly sessionId: string;
  readonly provider: string;
  readonly model: string;
  /** Of the whole session; `steps` holds the first of them. */
  readonly stepCount: number;
  /** Time of the first event, ISO 8601 in UTC; null when no step has a time. */
  readonly start: string | null;
  /** Seconds from the first event to the last; null when no step has a time. */
  readonly durationS: number | null;
  readonly cost: TimelineCost;
  /** Cost of the helpers of its conversation. */
  readonly helpers: TimelineCost;
  /** How many tokens its context can hold, and how that is known; both null when it isn't. */
  readonly windowTokens: number | null;
  readonly windowBasis: "logged" | "listed" | null;
  /** In order, of the whole session. */
  readonly gaps: readonly TimelineGap[];
  /** By start, helpers of helpers included; those of the first calls of steps. */
  readonly helperSpans: readonly TimelineHelper[];
  readonly steps: readonly TimelineStep[];
}

const COMPACTIONS = [null, "explicit", "input_drop"] as const;

/** Of the documents that are written. */
export const TIMELINE_FORMAT = 2;

type CallRow = readonly [
  tool: number,
  startS: number | null,
  durationS: number | null,
  failed: 0 | 1 | null,
  wallS: number | null,
  waitS: number | null,
  retry: TimelineCall["retry"],
];
type GapRow = readonly [fromS: number, toS: number, kind: TimelineGap["kind"]];
type HelperRow = readonly [
  name: string | null,
  type: string | null,
  basis: TimelineHelper["basis"],
  parent: number | null,
  step: number | null,
  startS: number,
  endS: number,
  steps: number | null,
  costUsd: number | null,
  returnedChars: number | null,
];
type StepRow = readonly [
  startS: number | null,
  prefixTokens: number,
  appendTokens: number,
  outputTokens: number | null,
  reasoningTokens: number | null,
  generationStartS: number | null,
  generationS: number | null,
  user: 0 | 1,
  waitStartS: number | null,
  waitS: number | null,
  compaction: number,
  costUsd: number | null,
  callCount: number,
  calls: readonly CallRow[],
  request: number,
  activity: StepActivity,
];

const STEP_COLUMNS = [
  "start_s",
  "prefix_tokens",
  "append_tokens",
  "output_tokens",
  "reasoning_tokens",
  "generation_start_s",
  "generation_s",
  "user_message",
  "wait_start_s",
  "wait_s",
  "compaction",
  "cost_usd",
  "call_count",
  "calls",
  "request",
  "activity",
] as const;
const CALL_COLUMNS = ["tool", "start_s", "duration_s", "failed", "wall_s", "wait_s", "retry"] as const;
const GAP_COLUMNS = ["from_s", "to_s", "kind"] as const;
const HELPER_COLUMNS = ["name", "type", "basis", "parent", "step", "start_s", "end_s", "steps", "cost_usd", "returned_chars"] as const;

interface CostDocument {
  readonly sessions: number;
  readonly priced_steps: number;
  readonly usd: number;
  readonly usd_hi: number;
  readonly prices: string | null;
}

/** The document: rows under named columns, tools and compactions as indexes into lists. */
export interface TimelineDocument {
  /** Documents of another format have other columns. */
  readonly format: number;
  readonly name: string;
  readonly session_id: string;
  readonly provider: string;
  readonly model: string;
  readonly step_count: number;
  readonly start: string | null;
  readonly duration_s: number | null;
  readonly cost: CostDocument;
  readonly helpers: CostDocument;
  readonly window_tokens: number | null;
  readonly window_basis: Timeline["windowBasis"];
  readonly tools: readonly string[];
  /** Of each tool. */
  readonly activities: readonly ToolActivity[];
  readonly compactions: readonly (string | null)[];
  readonly call_columns: readonly string[];
  readonly step_columns: readonly string[];
  readonly gap_columns: readonly string[];
  readonly gaps: readonly GapRow[];
  readonly helper_columns: readonly string[];
  readonly helper_spans: readonly HelperRow[];
  readonly steps: readonly StepRow[];
}

/** What `readTimeline` needs of a document: the columns are known from its format. */
export type TimelineData = Omit<TimelineDocument, `${"step" | "call" | "gap" | "helper"}_columns`>;

/** JSON with a line per step. */
export function timelineText(timeline: Timeline): string {
  const { steps, ...head } = timelineDocument(timeline);
  const rows = steps.map((step) => `    ${JSON.stringify(step)}`).join(",\n");
  const lines = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`);
  return `{\n${lines.join("")}  "steps": [${rows === "" ? "" : `\n${rows}\n  `}]\n}\n`;
}

export function timelineDocument(timeline: Timeline): TimelineDocument {
  const activities = new Map(timeline.steps.flatMap((step) => step.calls.map((call) => [call.tool, call.activity])));
  const tools = [...activities.keys()];
  return {
    format: TIMELINE_FORMAT,
    name: timeline.name,
    session_id: timeline.sessionId,
    provider: timeline.provider,
    model: timeline.model,
    step_count: timeline.stepCount,
    start: timeline.start,
    duration_s: timeline.durationS,
    cost: costDocument(timeline.cost),
    helpers: costDocument(timeline.helpers),
    window_tokens: timeline.windowTokens,
    window_basis: timeline.windowBasis,
    tools,
    activities: [...activities.values()],
    compactions: COMPACTIONS,
    call_columns: CALL_COLUMNS,
    step_columns: STEP_COLUMNS,
    gap_columns: GAP_COLUMNS,
    gaps: timeline.gaps.map(({ fromS, toS, kind }) => [fromS, toS, kind]),
    helper_columns: HELPER_COLUMNS,
    helper_spans: timeline.helperSpans.map(helperRow),
    steps: timeline.steps.map((step) => stepRow(step, tools)),
  };
}

export function readTimeline(document: TimelineData): Timeline {
  return {
    name: document.name,
    sessionId: document.session_id,
    provider: document.provider,
    model: document.model,
    stepCount: document.step_count,
    start: document.start,
    durationS: document.duration_s,
    cost: readCost(document.cost),
    helpers: readCost(document.helpers),
    windowTokens: document.window_tokens,
    windowBasis: document.window_basis,
    gaps: document.gaps.map(([fromS, toS, kind]) => ({ fromS, toS, kind })),
    helperSpans: document.helper_spans.map(readHelper),
    steps: document.steps.map((row) => readStep(row, document)),
  };
}

function costDocument({ sessions, pricedSteps, usd, usdMost, prices }: TimelineCost): CostDocument {
  return { sessions, priced_steps: pricedSteps, usd, usd_hi: usdMost, prices };
}

function readCost({ sessions, priced_steps, usd, usd_hi, prices }: CostDocument): TimelineCost {
  return { sessions, pricedSteps: priced_steps, usd, usdMost: usd_hi, prices };
}

function stepRow(step: TimelineStep, tools: readonly string[]): StepRow {
  return [
    step.startS,
    step.prefixTokens,
    step.appendTokens,
    step.outputTokens,
    step.reasoningTokens,
    step.generationStartS,
    step.generationS,
    step.user ? 1 : 0,
    step.waitStartS,
    step.waitS,
    COMPACTIONS.indexOf(step.compaction),
    step.costUsd,
    step.callCount,
    step.calls.map((call) => [
      tools.indexOf(call.tool),
      call.startS,
      call.durationS,
      call.failed === null ? null : call.failed ? 1 : 0,
      call.wallS,
      call.waitS,
      call.retry,
    ]),
    step.request,
    step.activity,
  ];
}

function helperRow(helper: TimelineHelper): HelperRow {
  const { name, type, basis, parent, step, startS, endS, steps, costUsd, returnedChars } = helper;
  return [name, type, basis, parent, step, startS, endS, steps, costUsd, returnedChars];
}

function readHelper([name, type, basis, parent, step, startS, endS, steps, costUsd, returnedChars]: HelperRow): TimelineHelper {
  return { name, type, basis, parent, step, startS, endS, steps, costUsd, returnedChars };
}

function readStep(row: StepRow, { tools, activities }: TimelineData): TimelineStep {
  return {
    startS: row[0],
    prefixTokens: row[1],
    appendTokens: row[2],
    outputTokens: row[3],
    reasoningTokens: row[4],
    generationStartS: row[5],
    generationS: row[6],
    user: row[7] === 1,
    waitStartS: row[8],
    waitS: row[9],
    compaction: COMPACTIONS[row[10]] ?? null,
    costUsd: row[11],
    callCount: row[12],
    calls: row[13].map(([tool, startS, durationS, failed, wallS, waitS, retry]) => ({
      tool: tools[tool] ?? "",
      activity: activities[tool] ?? "other",
      startS,
      durationS,
      wallS,
      waitS,
      failed: failed === null ? null : failed === 1,
      retry,
    })),
    request: row[14],
    activity: row[15],
  };
}
